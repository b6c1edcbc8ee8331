# Tests are GoogleTest programs, one per operator or room, run by CTest test by test.
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
include(GoogleTest)

# Seconds for one test. With sanitizers the judge takes several times as long.
set(CONVPROOF_TEST_TIMEOUT 300)
if(CONVPROOF_SANITIZE)
  set(CONVPROOF_TEST_TIMEOUT 1800)
endif()

# Laws are tried on random inputs: a quarter as many with sanitizers, which look at memory.
set(CONVPROOF_TEST_ENVIRONMENT "RC_PARAMS=max_success=100")
if(CONVPROOF_SANITIZE)
  set(CONVPROOF_TEST_ENVIRONMENT "RC_PARAMS=max_success=25")
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

# Tests are compiled more often than their speed matters: with GCC, -O1 takes half the time of -O2.
add_library(convproof_test_flags INTERFACE)
# The reference uses OpenMP; headers can be shared only by files with the same options.
target_link_libraries(convproof_test_flags INTERFACE convproof_build_flags OpenMP::OpenMP_CXX)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(convproof_test_flags INTERFACE -O1)
elseif(CONVPROOF_SANITIZE)
  target_compile_options(convproof_test_flags INTERFACE -O0)
endif()

# The headers of the test libraries and of the numbers take most of the time of compiling a test:
# they are compiled once.
add_library(convproof_test_headers OBJECT ${PROJECT_SOURCE_DIR}/cmake/test_headers.cpp)
target_link_libraries(convproof_test_headers
  PRIVATE convproof::core rapidcheck GTest::gmock GTest::gtest convproof_test_flags)
target_precompile_headers(convproof_test_headers PRIVATE
  <gmock/gmock.h> <gtest/gtest.h> <rapidcheck.h> <rapidcheck/gtest.h>
  <algorithm> <map> <set> <sstream> <string> <vector>
  "${PROJECT_SOURCE_DIR}/core/scalar/rational.h")

# convproof_test(<name> SOURCES <file>... LINKS <target>...): `ctest -L <name>` runs it alone.
function(convproof_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name}
    PRIVATE ${arg_LINKS} convproof_test_support rapidcheck GTest::gmock GTest::gtest_main
      convproof_test_flags)
  target_precompile_headers(${name} REUSE_FROM convproof_test_headers)
  gtest_discover_tests(${name}
    DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${CONVPROOF_TEST_TIMEOUT} LABELS ${name} FIXTURES_SETUP evidence
      ENVIRONMENT "${CONVPROOF_TEST_ENVIRONMENT}")
endfunction()
