# Read by CMake after llama-cpp-python's own project(): its CMakeLists.txt forces this switch on in the cache, and a
# plain variable goes before the cache. What it builds (argument parsing, downloads, chat templates in C++) is not part
# of the Python package, and is a fourth of the whole compilation.
set(LLAMA_BUILD_COMMON OFF)

# Without the tile instructions of some Intel processors: llama.cpp compiled for them ends in a protection fault at the first
# word (seen on a virtual machine with two cores, llama-cpp-python 0.3.36). The other vector instructions stay.
enable_language(CXX)
include(CheckCXXCompilerFlag)
foreach(instructions amx-tile amx-int8 amx-bf16)
  check_cxx_compiler_flag(-mno-${instructions} ASKV4_KNOWS_${instructions})
  if(ASKV4_KNOWS_${instructions})
    add_compile_options(-mno-${instructions})
  endif()
endforeach()
