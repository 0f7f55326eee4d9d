#include "base/log.hpp"

int main() {
  sentinel::log::info("main", "nothing to do yet");
  return 0;
}
