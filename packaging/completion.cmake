# Has the program print the completion script of a shell into a file.
#   cmake -DPROGRAM=… -DSHELL=… -DOUTPUT=… -P completion.cmake
execute_process(COMMAND ${PROGRAM} completion ${SHELL} OUTPUT_FILE ${OUTPUT} RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "${PROGRAM} completion ${SHELL}: ${failed}")
endif()
