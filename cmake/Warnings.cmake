# One interface target carries the flags of every target of ours. Third-party headers come in as SYSTEM.
add_library(sentinel_flags INTERFACE)
target_compile_options(sentinel_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Werror)
target_compile_definitions(sentinel_flags INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_DISABLE_BOOST_COROUTINE)
if(SENTINEL_SANITIZE)
  add_compile_options(-fsanitize=${SENTINEL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SENTINEL_SANITIZE})
endif()
if(SENTINEL_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
