# Tests are GoogleTest programs, one per operator or room, run by CTest test by test.
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
include(GoogleTest)

# convproof_test(<name> SOURCES <file>... LINKS <target>...): `ctest -L <name>` runs it alone.
function(convproof_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name}
    PRIVATE ${arg_LINKS} rapidcheck GTest::gmock GTest::gtest_main convproof_build_flags)
  gtest_discover_tests(${name}
    DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 300 LABELS ${name})
endfunction()
