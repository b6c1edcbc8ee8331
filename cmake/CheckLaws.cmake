# Every law can fail: rc::check only returns whether one holds, and nobody looks. Laws are stated by
# for_all (properties/arbitrary.h), which does.
file(GLOB_RECURSE sources "${SOURCE}/properties/*.cpp" "${SOURCE}/properties/*.h")
list(FILTER sources EXCLUDE REGEX "/properties/arbitrary\\.cpp$")
list(LENGTH sources count)
if(count LESS 50)
  message(FATAL_ERROR "expected the tests below ${SOURCE}/properties, found ${count} files")
endif()
foreach(source IN LISTS sources)
  file(STRINGS "${source}" lines REGEX "rc::check\\(")
  if(lines)
    message(SEND_ERROR "${source}: expected for_all, found: ${lines}")
  endif()
endforeach()
