# Every formula of core/operators.def has its three suites in the test programs.
#   cmake -DPROGRAMS=<program>;... -DFORMULAS=<name>;... -P CheckSuites.cmake

cmake_policy(VERSION 3.25)

set(listed "")
foreach(program IN LISTS PROGRAMS)
  execute_process(COMMAND "${program}" --gtest_list_tests OUTPUT_VARIABLE output
    COMMAND_ERROR_IS_FATAL ANY)
  string(APPEND listed "\n${output}")
endforeach()

set(missing "")
foreach(formula IN LISTS FORMULAS)
  string(REPLACE "_" ";" words "${formula}")
  set(name "")
  foreach(word IN LISTS words)
    string(SUBSTRING "${word}" 0 1 first)
    string(SUBSTRING "${word}" 1 -1 rest)
    string(TOUPPER "${first}" first)
    string(APPEND name "${first}${rest}")
  endforeach()
  foreach(suite Examples Errors Laws)
    if(NOT listed MATCHES "\n${name}${suite}\\.\n")
      list(APPEND missing "${name}${suite}")
    endif()
  endforeach()
endforeach()
if(missing)
  list(JOIN missing ", " missing)
  message(FATAL_ERROR "Suites that no test program has: ${missing}.")
endif()
list(LENGTH FORMULAS count)
message(STATUS "${count} formulas, each with its suites.")
