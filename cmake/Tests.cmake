# Tests are GoogleTest programs, one per operator or room, run by CTest test by test.
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
include(GoogleTest)

# Seconds for one test. With sanitizers the judge takes several times as long.
set(CONVPROOF_TEST_TIMEOUT 300)
if(CONVPROOF_SANITIZE)
  set(CONVPROOF_TEST_TIMEOUT 1800)
endif()

# Where tests that pass leave which items of the notes they cover (properties/covers.h).
set(CONVPROOF_EVIDENCE "${PROJECT_BINARY_DIR}/notes_evidence")

# What all tests share, compiled once: random inputs, gradients by differences, the map of the notes.
add_library(convproof_test_support OBJECT
  ${PROJECT_SOURCE_DIR}/properties/arbitrary.cpp ${PROJECT_SOURCE_DIR}/properties/covers.cpp
  ${PROJECT_SOURCE_DIR}/properties/gradients.cpp)
target_compile_definitions(convproof_test_support PRIVATE
  CONVPROOF_EVIDENCE="${CONVPROOF_EVIDENCE}")
target_link_libraries(convproof_test_support PUBLIC convproof::core rapidcheck GTest::gtest
  PRIVATE convproof_build_flags)

# convproof_test(<name> SOURCES <file>... LINKS <target>...): `ctest -L <name>` runs it alone.
function(convproof_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name}
    PRIVATE ${arg_LINKS} convproof_test_support rapidcheck GTest::gmock GTest::gtest_main
      convproof_build_flags)
  gtest_discover_tests(${name}
    DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${CONVPROOF_TEST_TIMEOUT} LABELS ${name} FIXTURES_SETUP evidence)
endfunction()
