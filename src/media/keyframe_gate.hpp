// Which packets a decoder gets: after a loss none until a picture that needs no other. Pure.
#pragma once

namespace sentinel::media {

class KeyframeGate {
 public:
  // True when the packet may be decoded. Closed at the start and after a loss, it opens at a keyframe; after
  // kSkippedMax packets without one it opens all the same, since some files do not mark their keyframes.
  bool admit(bool keyframe) {
    if (keyframe || skipped_ >= kSkippedMax) open_ = true;
    skipped_ = open_ ? 0 : skipped_ + 1;
    return open_;
  }
  void on_loss() { open_ = false; }

  static constexpr int kSkippedMax = 300;

 private:
  bool open_ = false;
  int skipped_ = 0;
};

}  // namespace sentinel::media
