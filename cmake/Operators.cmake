# Reads core/operators.def, the one list of operators.

set(CONVPROOF_OPERATORS_FILE "${CMAKE_CURRENT_LIST_DIR}/../core/operators.def")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CONVPROOF_OPERATORS_FILE}")

# Sets <out> to the names in the lines that begin with <macro>.
function(convproof_read_operators macro out)
  file(STRINGS "${CONVPROOF_OPERATORS_FILE}" lines REGEX "^${macro}\\(")
  set(names "")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^${macro}\\(([a-z0-9_]+)\\).*$" "\\1" name "${line}")
    list(APPEND names "${name}")
  endforeach()
  set(${out} "${names}" PARENT_SCOPE)
endfunction()
convproof_read_operators(CONVPROOF_OPERATOR CONVPROOF_OPERATORS)
convproof_read_operators(CONVPROOF_FORMULA CONVPROOF_FORMULAS)

foreach(formula IN LISTS CONVPROOF_FORMULAS)
  if(NOT EXISTS "${PROJECT_SOURCE_DIR}/reference/${formula}.h")
    message(FATAL_ERROR
      "core/operators.def lists ${formula}, but its page reference/${formula}.h is missing.")
  endif()
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
