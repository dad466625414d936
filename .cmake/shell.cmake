# What shells and `man` read of the program, made by itself when it is linked: completion, and the manual page where help2man
# is. `install` puts them where both look for them.
if(CMAKE_CROSSCOMPILING)
  message(STATUS "no completion and no manual page: the program does not run here")
  return()
endif()
set(shell ${PROJECT_BINARY_DIR}/shell)
file(MAKE_DIRECTORY ${shell})
add_custom_command(TARGET vtrial POST_BUILD
  COMMAND vtrial completion bash > ${shell}/vtrial.bash
  COMMAND vtrial completion zsh > ${shell}/_vtrial VERBATIM)
install(FILES ${shell}/vtrial.bash DESTINATION share/bash-completion/completions RENAME vtrial)
install(FILES ${shell}/_vtrial DESTINATION share/zsh/site-functions)

find_program(VTRIAL_HELP2MAN help2man)
if(VTRIAL_HELP2MAN)
  add_custom_command(TARGET vtrial POST_BUILD
    COMMAND ${VTRIAL_HELP2MAN} --no-info "--help-option=help --all" "--name=virtual clinical trials, patient by patient"
            --output=${shell}/vtrial.1 $<TARGET_FILE:vtrial> VERBATIM)
  install(FILES ${shell}/vtrial.1 DESTINATION share/man/man1)
else()
  message(STATUS "no manual page: help2man was not found")
endif()
