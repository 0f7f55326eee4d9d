#include "config/reload.hpp"

namespace sentinel::config {

bool changed(const FileStamp& before, const FileStamp& now) {
  return !(before == now);
}

bool ReloadGate::step(const FileStamp& now) {
  const bool still = !changed(latest_, now);
  latest_ = now;
  if (!still || !changed(loaded_, now)) return false;
  loaded_ = now;
  return true;
}

}  // namespace sentinel::config
