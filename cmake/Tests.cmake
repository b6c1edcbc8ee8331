# Tests are GoogleTest programs, one per operator or room, run by CTest test by test.
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
include(GoogleTest)

# Seconds for one test. With sanitizers the judge takes several times as long.
set(CONVPROOF_TEST_TIMEOUT 300)
if(CONVPROOF_SANITIZE)
  set(CONVPROOF_TEST_TIMEOUT 1800)
endif()

# convproof_test(<name> SOURCES <file>... LINKS <target>...): `ctest -L <name>` runs it alone.
function(convproof_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name}
    PRIVATE ${arg_LINKS} rapidcheck GTest::gmock GTest::gtest_main convproof_build_flags)
  gtest_discover_tests(${name}
    DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${CONVPROOF_TEST_TIMEOUT} LABELS ${name})
endfunction()
