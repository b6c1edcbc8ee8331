# A room is a library target convproof_<room> with the alias convproof::<room>.

# convproof_room(<room> SOURCES <file>... LINKS <target>...)
function(convproof_room room)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_library(convproof_${room} STATIC ${arg_SOURCES})
  add_library(convproof::${room} ALIAS convproof_${room})
  target_include_directories(convproof_${room} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(convproof_${room} PUBLIC ${arg_LINKS} PRIVATE convproof_build_flags)
  set_target_properties(convproof_${room} PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()

# convproof_compile_together(<target> <group> <file>...): in one go, so that the templates that the
# files share are compiled once; it takes half the time. Files that give one name to different
# things are in different groups.
function(convproof_compile_together target group)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  set_source_files_properties(${ARGN} PROPERTIES UNITY_GROUP ${group})
endfunction()
