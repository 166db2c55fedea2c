# Defines the target `LibTorch`, which brings SentencePiece along (see below), and SCALEKV_LIBTORCH_LIBRARIES (the folder of its libraries).
#
# Order: a LibTorch that the caller names (Torch_DIR or CMAKE_PREFIX_PATH, as CMake or environment variable), then the one
# inside the PyTorch of a Python that the caller names (SCALEKV_PYTHON, likewise), then the wheel that packaging/setup unpacks
# into build/libtorch. Its libraries are linked by hand wherever they lie, for
# TorchConfig.cmake of a CUDA build stops where no CUDA toolkit is installed, and neither linking nor running needs one.
set(SCALEKV_LIBTORCH "${CMAKE_SOURCE_DIR}/build/libtorch/torch" CACHE PATH "Unpacked torch wheel (folder with lib/ and include/)")

# The folder named by the caller: the prefix of share/cmake/Torch, or empty.
function(scalekv_named_libtorch result)
  foreach(folder IN ITEMS "${Torch_DIR}" "$ENV{Torch_DIR}")
    if(folder AND EXISTS "${folder}/TorchConfig.cmake")
      get_filename_component(prefix "${folder}/../../.." ABSOLUTE)
      set(${result} "${prefix}" PARENT_SCOPE)
      return()
    elseif(folder AND NOT folder MATCHES "NOTFOUND$")
      message(FATAL_ERROR "Torch_DIR is ${folder}, but there is no TorchConfig.cmake in it.")
    endif()
  endforeach()
  string(REPLACE ":" ";" prefixes "$ENV{CMAKE_PREFIX_PATH}")
  foreach(prefix IN LISTS CMAKE_PREFIX_PATH prefixes)
    if(EXISTS "${prefix}/share/cmake/Torch/TorchConfig.cmake")
      set(${result} "${prefix}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  set(python "${SCALEKV_PYTHON}")
  if(NOT python)
    set(python "$ENV{SCALEKV_PYTHON}")
  endif()
  if(python)
    execute_process(COMMAND "${python}" -c "import importlib.util; print(importlib.util.find_spec('torch').submodule_search_locations[0])"
                    OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_VARIABLE ignored RESULT_VARIABLE status)
    if(NOT status EQUAL 0 OR NOT EXISTS "${folder}/lib/libtorch_cpu.so")
      message(FATAL_ERROR "SCALEKV_PYTHON is ${python}, but that Python has no torch with libraries for C++.")
    endif()
    set(${result} "${folder}" PARENT_SCOPE)
    return()
  endif()
  set(${result} "" PARENT_SCOPE)
endfunction()

scalekv_named_libtorch(prefix)
if(NOT prefix)
  set(prefix "${SCALEKV_LIBTORCH}")
endif()

# SentencePiece belongs to the target so that it stands in front of LibTorch wherever that is linked. Both export a variable
# FLAGS_minloglevel, and the loader lets both use that of the library that comes first: an object of 32 bytes in
# SentencePiece, four bytes in LibTorch. SentencePiece's constructor, let loose on LibTorch's, overwrites the flag behind it,
# caffe2_use_fatal_for_enforce, and LibTorch then calls abort() where it should throw, such as when memory runs out. The
# other way round LibTorch has a variable that is too large, and that decides nothing. tst_plain_errors watches over it.
find_package(PkgConfig REQUIRED)
pkg_check_modules(SentencePiece REQUIRED IMPORTED_TARGET GLOBAL sentencepiece)

add_library(LibTorch INTERFACE)
target_link_libraries(LibTorch INTERFACE PkgConfig::SentencePiece)
if(EXISTS "${prefix}/lib/libtorch_cpu.so")
  message(STATUS "LibTorch: ${prefix}")
  target_include_directories(LibTorch SYSTEM INTERFACE "${prefix}/include" "${prefix}/include/torch/csrc/api/include")
  target_link_libraries(LibTorch INTERFACE "${prefix}/lib/libtorch_cpu.so" "${prefix}/lib/libc10.so")
  if(EXISTS "${prefix}/lib/libtorch_cuda.so")
    # Nothing refers to the CUDA library by symbol (it registers itself when loaded), so the linker must be told to keep it.
    target_link_libraries(LibTorch INTERFACE
      "-Wl,--no-as-needed,${prefix}/lib/libtorch_cuda.so,${prefix}/lib/libc10_cuda.so,--as-needed")
    target_link_options(LibTorch INTERFACE "-Wl,--allow-shlib-undefined")
  endif()
  set(SCALEKV_LIBTORCH_LIBRARIES "${prefix}/lib")
elseif(NOT prefix STREQUAL SCALEKV_LIBTORCH)
  # Another layout, such as a distribution's own package: its config file knows where things are.
  find_package(Torch REQUIRED CONFIG PATHS "${prefix}/share/cmake/Torch" NO_DEFAULT_PATH)
  message(STATUS "LibTorch: ${Torch_DIR}")
  target_include_directories(LibTorch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(LibTorch INTERFACE ${TORCH_LIBRARIES})
  set(SCALEKV_LIBTORCH_LIBRARIES "${prefix}/lib")
else()
  message(FATAL_ERROR "No LibTorch found. Run packaging/setup, or pass -DTorch_DIR=<folder with TorchConfig.cmake>.")
endif()
set(SCALEKV_RPATH "${SCALEKV_LIBTORCH_LIBRARIES}")
unset(prefix)
