# Read by CMake after llama-cpp-python's own project(): its CMakeLists.txt forces this switch on in the cache, and a
# plain variable goes before the cache. What it builds (argument parsing, downloads, chat templates in C++) is not part
# of the Python package, and is a fourth of the whole compilation.
set(LLAMA_BUILD_COMMON OFF)
