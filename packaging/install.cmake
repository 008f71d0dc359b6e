# What `cmake --install` puts where, below any prefix; `./dev install` and `./dev package` call it.
install(TARGETS countersign DESTINATION bin)
# Scenario files stay: the world that they are tried on is in the source tree.
install(DIRECTORY runbooks DESTINATION share/countersign PATTERN "*_test.lua" EXCLUDE)
install(FILES docs/man/countersign.1 DESTINATION share/man/man1)

# The program prints its own completion scripts.
set(completion ${CMAKE_BINARY_DIR}/generated/completion)
foreach(shell bash zsh fish)
  add_custom_command(OUTPUT ${completion}/${shell}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${completion}
    COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:countersign> -DSHELL=${shell}
            -DOUTPUT=${completion}/${shell} -P ${CMAKE_SOURCE_DIR}/packaging/completion.cmake
    DEPENDS countersign ${CMAKE_SOURCE_DIR}/packaging/completion.cmake VERBATIM)
  list(APPEND scripts ${completion}/${shell})
endforeach()
add_custom_target(countersign_completion ALL DEPENDS ${scripts})
install(FILES ${completion}/bash DESTINATION share/bash-completion/completions RENAME countersign)
install(FILES ${completion}/zsh DESTINATION share/zsh/site-functions RENAME _countersign)
install(FILES ${completion}/fish DESTINATION share/fish/vendor_completions.d RENAME countersign.fish)

# Units name the program by its path, which is known when it is installed. A user's are found below
# ~/.local/share too.
foreach(unit countersign-due countersign-due@)
  set(units share/systemd/user)
  if(unit MATCHES "@$")
    set(units lib/systemd/system)
  endif()
  set(template ${CMAKE_SOURCE_DIR}/packaging/systemd/${unit}.service.in)
  set(made ${CMAKE_BINARY_DIR}/generated/${unit}.service)
  install(CODE "set(bindir \"\${CMAKE_INSTALL_PREFIX}/bin\")
configure_file(\"${template}\" \"${made}\" @ONLY)")
  install(FILES ${made} packaging/systemd/${unit}.timer DESTINATION ${units})
endforeach()

install(FILES README.md CHANGELOG.md LICENSE DESTINATION share/doc/countersign)
install(FILES packaging/copyright DESTINATION share/doc/countersign)
install(DIRECTORY docs/ DESTINATION share/doc/countersign/docs PATTERN man EXCLUDE)
