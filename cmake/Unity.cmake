# `scalekv_unity(target)`, to be called when all its sources are known: compiles each folder's sources as one file, so that what
# they all include is read once and not once a file. A first build takes half as long, the build after a change in one
# file longer: hence for the presets that users, CI and sanitizers build, and not for `dev`.
# It asks for one thing: a name in an anonymous namespace has to be the only one of its kind in its folder.
option(SCALEKV_UNITY "Compile each folder's sources as one file: faster from nothing, slower after a small change" OFF)

function(scalekv_unity target)
  if(NOT SCALEKV_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  set(groups "")
  get_target_property(sources ${target} SOURCES)
  get_target_property(folder ${target} SOURCE_DIR)
  foreach(source IN LISTS sources)
    if(source MATCHES "\\.cpp$")
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${folder})
      cmake_path(GET source PARENT_PATH group)
      cmake_path(RELATIVE_PATH group BASE_DIRECTORY ${CMAKE_SOURCE_DIR})
      string(REPLACE "/" "_" group ${group})
      set_source_files_properties(${source} TARGET_DIRECTORY ${target} PROPERTIES UNITY_GROUP ${group})
      list(APPEND groups ${group})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES groups)
  list(LENGTH groups count)
  if(count LESS 4) # to compile a header beforehand takes longer than to read it so often
    set_target_properties(${target} PROPERTIES DISABLE_PRECOMPILE_HEADERS ON)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # It takes a file that is included for a header, whose hidden types would be others in each source.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()
