# Reads every #include of every room and stops at the first that the table of rooms forbids.
#   cmake -DSOURCE=<root> -P CheckRooms.cmake

cmake_policy(VERSION 3.25)

set(may_core core)
set(may_reference core reference)
set(may_fast core fast)
set(may_models core reference fast models)
set(may_derivations core reference derivations)
set(may_conformance core reference fast models conformance)
set(may_bench core reference fast models conformance bench)
set(may_program core reference fast models derivations conformance bench program)
set(may_properties core reference fast models derivations conformance bench program properties)
set(rooms core reference fast models derivations conformance bench program properties)

set(checked 0)
foreach(room IN LISTS rooms)
  file(GLOB_RECURSE files "${SOURCE}/${room}/*.h" "${SOURCE}/${room}/*.cpp" "${SOURCE}/${room}/*.def"
    "${SOURCE}/${room}/*.c")
  foreach(file IN LISTS files)
    file(STRINGS "${file}" includes REGEX "^ *# *include +\"")
    foreach(include IN LISTS includes)
      math(EXPR checked "${checked} + 1")
      string(REGEX REPLACE "^ *# *include +\"([^\"]*)\".*$" "\\1" path "${include}")
      string(REGEX MATCH "^[^/]+" target "${path}")
      # Neighbours in the same folder are named without their room.
      if(target IN_LIST rooms AND NOT target IN_LIST may_${room})
        file(RELATIVE_PATH name "${SOURCE}" "${file}")
        message(FATAL_ERROR "${name} includes ${path}: ${room} may not include ${target}.")
      endif()
    endforeach()
  endforeach()
endforeach()
if(checked LESS 50)
  message(FATAL_ERROR "Only ${checked} includes were found: the check looks in the wrong place.")
endif()
message(STATUS "${checked} includes, all within their rooms.")
