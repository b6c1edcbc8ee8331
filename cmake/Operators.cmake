# Reads core/operators.def, the one list of operators.

set(CONVPROOF_OPERATORS_FILE "${CMAKE_CURRENT_LIST_DIR}/../core/operators.def")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CONVPROOF_OPERATORS_FILE}")
file(STRINGS "${CONVPROOF_OPERATORS_FILE}" convproof_operator_lines
     REGEX "^CONVPROOF_OPERATOR\\(")
set(CONVPROOF_OPERATORS "")
foreach(line IN LISTS convproof_operator_lines)
  string(REGEX REPLACE "^CONVPROOF_OPERATOR\\(([a-z0-9_]+)\\).*$" "\\1" name "${line}")
  list(APPEND CONVPROOF_OPERATORS "${name}")
endforeach()

# convproof_operator_pages(<out> <room> <suffix>...): the files <room>/<operator><suffix> of every
# operator, absolute; stops the build with the name of the first one that is missing.
function(convproof_operator_pages out room)
  set(pages "")
  foreach(operator IN LISTS CONVPROOF_OPERATORS)
    foreach(suffix IN LISTS ARGN)
      set(page "${room}/${operator}${suffix}")
      if(NOT EXISTS "${PROJECT_SOURCE_DIR}/${page}")
        message(FATAL_ERROR
          "core/operators.def lists ${operator}, but its page ${page} is missing.")
      endif()
      list(APPEND pages "${PROJECT_SOURCE_DIR}/${page}")
    endforeach()
  endforeach()
  set(${out} "${pages}" PARENT_SCOPE)
endfunction()
