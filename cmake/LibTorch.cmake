# Defines the target `LibTorch`.
#
# Order: a LibTorch that the caller names (Torch_DIR, or a CMAKE_PREFIX_PATH that holds one), then the wheel that
# packaging/setup unpacks into the build tree. The wheel is linked by hand: the TorchConfig.cmake of a CUDA wheel stops
# where no CUDA toolkit is installed, and running needs none.
set(SCALEKV_LIBTORCH "${CMAKE_SOURCE_DIR}/build/libtorch/torch" CACHE PATH "Unpacked torch wheel (folder with lib/ and include/)")

add_library(LibTorch INTERFACE)
find_package(Torch QUIET CONFIG PATHS ${CMAKE_PREFIX_PATH} NO_DEFAULT_PATH)
if(NOT Torch_FOUND AND DEFINED Torch_DIR AND NOT Torch_DIR MATCHES "NOTFOUND$")
  find_package(Torch REQUIRED CONFIG)
endif()

if(Torch_FOUND)
  message(STATUS "LibTorch: ${Torch_DIR}")
  target_include_directories(LibTorch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(LibTorch INTERFACE ${TORCH_LIBRARIES})
elseif(EXISTS "${SCALEKV_LIBTORCH}/lib/libtorch_cpu.so")
  message(STATUS "LibTorch: ${SCALEKV_LIBTORCH}")
  target_include_directories(LibTorch SYSTEM INTERFACE "${SCALEKV_LIBTORCH}/include"
                                                       "${SCALEKV_LIBTORCH}/include/torch/csrc/api/include")
  target_link_libraries(LibTorch INTERFACE "${SCALEKV_LIBTORCH}/lib/libtorch_cpu.so" "${SCALEKV_LIBTORCH}/lib/libc10.so")
  if(EXISTS "${SCALEKV_LIBTORCH}/lib/libtorch_cuda.so")
    # Nothing refers to the CUDA library by symbol (it registers itself when loaded), so the linker must be told to keep it.
    target_link_libraries(LibTorch INTERFACE
      "-Wl,--no-as-needed,${SCALEKV_LIBTORCH}/lib/libtorch_cuda.so,${SCALEKV_LIBTORCH}/lib/libc10_cuda.so,--as-needed")
    target_link_options(LibTorch INTERFACE "-Wl,--allow-shlib-undefined")
  endif()
  set(SCALEKV_RPATH "${SCALEKV_LIBTORCH}/lib")
else()
  message(FATAL_ERROR "No LibTorch found. Run packaging/setup, or pass -DTorch_DIR=<folder with TorchConfig.cmake>.")
endif()
