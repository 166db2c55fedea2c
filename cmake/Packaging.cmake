# What `cmake --install` and CPack (`cpack -G DEB`, `cpack -G TGZ`) put where. Included after all targets are there.
#
# A package carries the LibTorch it was built with, under lib/scalekv-studio and in the wheel's own layout, so that the
# libraries of a CUDA build find each other as they do there. Qt and the other libraries are the distribution's.
include(GNUInstallDirs)

set(private_libraries ${CMAKE_INSTALL_LIBDIR}/scalekv-studio)
set(programs scalekv_cli scalekv-studio)
foreach(program IN LISTS programs)
  if(TARGET ${program})
    file(RELATIVE_PATH up ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR}/scalekv-studio/torch/lib)
    set_target_properties(${program} PROPERTIES INSTALL_RPATH "$ORIGIN/${up}")
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()

install(DIRECTORY ${SCALEKV_LIBTORCH_LIBRARIES}/ DESTINATION ${private_libraries}/torch/lib
        FILES_MATCHING REGEX "/lib(torch_cpu|torch_cuda.*|torch_nvshmem|c10|c10_cuda|caffe2_nvrtc)\\.so$" REGEX "/lib(gomp|cu|nv)[^/]*\\.so[.0-9]*$"
        PATTERN "libshm*" EXCLUDE)
if(EXISTS ${SCALEKV_LIBTORCH_LIBRARIES}/libtorch_cuda.so AND IS_DIRECTORY ${SCALEKV_LIBTORCH_LIBRARIES}/../../nvidia)
  install(DIRECTORY ${SCALEKV_LIBTORCH_LIBRARIES}/../../nvidia DESTINATION ${private_libraries})
endif()

install(DIRECTORY ${CMAKE_SOURCE_DIR}/resources/demo ${CMAKE_SOURCE_DIR}/resources/prompts DESTINATION ${CMAKE_INSTALL_DATADIR}/scalekv-studio)
install(FILES ${CMAKE_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
file(GLOB desktop_files ${CMAKE_SOURCE_DIR}/packaging/*.desktop)
install(FILES ${desktop_files} DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
file(GLOB program_icons ${CMAKE_SOURCE_DIR}/resources/icons/scalekv-studio.svg ${CMAKE_SOURCE_DIR}/packaging/scalekv-studio.svg)
install(FILES ${program_icons} DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)

set(CPACK_PACKAGE_NAME scalekv-studio)
set(CPACK_PACKAGE_VENDOR "The ScaleKV Studio project")
set(CPACK_PACKAGE_CONTACT "The ScaleKV Studio project <scalekv-studio@example.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_GENERATOR TGZ DEB)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS libqt6sql6-sqlite) # a driver that Qt loads: no library asks for it
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${SCALEKV_LIBTORCH_LIBRARIES})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
include(CPack)
