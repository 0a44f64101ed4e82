# The three functions that every folder uses, so that warnings, sanitizers and names are the same everywhere.
include_guard(GLOBAL)
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)

find_program(ZIPTONE_CCACHE ccache)
if(ZIPTONE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ZIPTONE_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${ZIPTONE_CCACHE})
endif()

add_library(ziptone_flags INTERFACE)
target_include_directories(ziptone_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(ziptone_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wimplicit-fallthrough
  -Wno-missing-field-initializers -Werror -fno-omit-frame-pointer)
if(ZIPTONE_SANITIZE)
  target_compile_options(ziptone_flags INTERFACE -fsanitize=${ZIPTONE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(ziptone_flags INTERFACE -fsanitize=${ZIPTONE_SANITIZE})
endif()
if(ZIPTONE_FUZZ)
  # Without coverage in the libraries themselves a fuzzer sees only its own few lines.
  target_compile_options(ziptone_flags INTERFACE -fsanitize=fuzzer-no-link)
  add_custom_target(fuzzers)
endif()

# ziptone_library(NAME sources... LINK libraries...): the static library ziptone_NAME.
function(ziptone_library name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  add_library(ziptone_${name} STATIC ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(ziptone_${name} PUBLIC ziptone_flags ${arg_LINK})
endfunction()

# ziptone_test(NAME sources... LINK libraries... [LABELS labels...]): a GoogleTest program that ctest runs as NAME.
# A test that runs long or needs a peer says so with a label (e2e, slow, shared).
function(ziptone_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "LINK;LABELS" ${ARGN})
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  find_package(GTest REQUIRED)
  target_link_libraries(${name} PRIVATE ziptone_flags ${arg_LINK} GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    ZIPTONE_SOURCE="${CMAKE_SOURCE_DIR}" ZIPTONE_SHARED="${ZIPTONE_SHARED}")
  add_test(NAME ${name} COMMAND ${name})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT})
  if(arg_LABELS)
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}")
  endif()
  if("e2e" IN_LIST arg_LABELS)
    add_dependencies(end_to_end ${name})
  endif()
endfunction()

# ziptone_fuzz(fuzz_NAME source LINK libraries...): a libFuzzer program, only under -DZIPTONE_FUZZ=ON (clang). Built by the
# target `fuzzers` into build/fuzz/fuzz/; tests/corpus/NAME/, where there is one, seeds it.
function(ziptone_fuzz name)
  if(NOT ZIPTONE_FUZZ)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ziptone_flags ${arg_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  add_dependencies(fuzzers ${name})
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
endfunction()
