// vision_bench [SECONDS [MODEL]]: what a frame costs in each part of the vision module, one JSON line per
// figure. Without arguments 2 s for each figure; the model's figures are left out where its file is not.
// ctest runs it with little time, so that it cannot rot. "cpu_ms" is CPU time of all threads: the figure to
// compare on a busy machine.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/fakes/synthetic_frame.hpp"
#include "vision/letterbox.hpp"
#include "vision/motion.hpp"
#include "vision/nms.hpp"
#include "vision/openvino/openvino_detector.hpp"
#include "vision/tracker.hpp"
#include "vision/yolo_head.hpp"

namespace sentinel::vision {
namespace {

using SteadyClock = std::chrono::steady_clock;

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// Calls `body` for so long and prints what a call cost: least, median, and CPU time on average.
template <class Body>
void measure(const std::string& name, double seconds, Body body) {
  std::vector<double> wall;
  const auto until = SteadyClock::now() + std::chrono::duration<double>(seconds);
  body();
  const double cpu_before = cpu_ms();
  do {
    const auto start = SteadyClock::now();
    body();
    wall.push_back(std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count());
  } while (SteadyClock::now() < until);
  const double cpu = (cpu_ms() - cpu_before) / static_cast<double>(wall.size());
  std::sort(wall.begin(), wall.end());
  fmt::print(R"({{"bench":"{}","min_ms":{:.3f},"p50_ms":{:.3f},"cpu_ms":{:.3f},"calls":{}}})"
             "\n",
             name, wall.front(), wall[wall.size() / 2], cpu, wall.size());
  std::fflush(stdout);
}

fakes::SyntheticFrame make_scene(int width, int height) {
  std::mt19937 random{1};
  fakes::SyntheticFrame scene{width, height};
  scene.fill(110, 120, 135);
  for (int x = 0; x < width; x += 40) scene.paint(x, 0, 20, height, 150);
  scene.expose(1, 0, 4, random);
  return scene;
}

void measure_pictures(double seconds) {
  for (const auto [width, height] : {std::pair{1280, 720}, {1920, 1080}, {768, 576}}) {
    const fakes::SyntheticFrame scene = make_scene(width, height);
    Letterbox letterbox{640, 384};
    std::vector<std::uint8_t> picture(letterbox.picture_bytes());
    measure(fmt::format("letterbox_{}p_to_384x640", height), seconds,
            [&] { letterbox.draw(scene.frame(), picture); });
    MotionGate gate{MotionConfig{}};
    StreamTime time{0};
    measure(fmt::format("motion_{}p", height), seconds,
            [&] { gate.step(scene.frame(time += StreamTime{100'000})); });
  }
}

// 5,040 candidates of 80 classes, of which a few hundred score; then a crowd of fifty for the tracker.
void measure_boxes(double seconds) {
  constexpr HeadShape kShape{.classes = 80, .candidates = 5040};
  std::mt19937 random{2};
  const auto uniform = [&random](float most) {
    return static_cast<float>(random() % 10'000) / 10'000 * most;
  };
  std::vector<float> output(kShape.values());
  for (std::size_t i = 0; i < output.size(); ++i) {
    output[i] = i < 4 * kShape.candidates ? 20 + uniform(300) : uniform(0.10015F);
  }
  YoloHead head{kShape};
  const Placement placement = place_in_picture(1280, 720, 640, 384);
  std::vector<domain::Detection> found;
  std::vector<domain::Detection> kept;
  measure("decode_and_suppress", seconds, [&] {
    head.decode(output, 0.1F, placement, found);
    kept = suppress_overlaps(found, {}, {});
  });
  Tracker tracker{TrackerConfig{}};
  double time = 0;
  measure("track_50", seconds, [&] {
    time += 0.1;
    std::vector<domain::Detection> crowd;
    for (int i = 0; i < 50; ++i) {
      const auto x = static_cast<float>(i % 10 * 120 + static_cast<int>(time * 30) % 100);
      crowd.push_back({{x, static_cast<float>(i / 10 * 120), 40, 100}, 0, 0.8F});
    }
    tracker.update(StreamTime{static_cast<std::int64_t>(time * 1e6)}, crowd);
  });
}

void measure_inference(const std::string& model, std::size_t slots, double seconds) {
  DetectorConfig config;
  config.model_path = model;
  config.slots = slots;
  const auto detector = open_detector(config);
  if (!detector) {
    fmt::print(stderr, "{}\n", detector.error().describe());
    return;
  }
  const fakes::SyntheticFrame scene = make_scene(1280, 720);
  for (std::size_t slot = 0; slot < slots; ++slot) (*detector)->infer(slot, scene.frame());
  std::atomic<int> done = 0;
  const auto start = SteadyClock::now();
  const auto until = start + std::chrono::duration<double>(seconds);
  const double cpu_before = cpu_ms();
  {
    std::vector<std::jthread> callers;
    for (std::size_t slot = 0; slot < slots; ++slot) {
      callers.emplace_back([&, slot] {
        do {
          (*detector)->infer(slot, scene.frame());
          ++done;
        } while (SteadyClock::now() < until);
      });
    }
  }
  const double wall = std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
  fmt::print(R"({{"bench":"infer_720p","slots":{},"frames_per_s":{:.1f},"wall_ms":{:.1f},"cpu_ms":{:.1f}}})"
             "\n",
             slots, done * 1e3 / wall, wall / done * static_cast<double>(slots),
             (cpu_ms() - cpu_before) / done);
  std::fflush(stdout);
}

}  // namespace
}  // namespace sentinel::vision

int main(int argc, char** argv) {
  using namespace sentinel::vision;
  const double seconds = argc > 1 ? std::stod(argv[1]) : 2.0;
  const std::string model = argc > 2 ? argv[2] : "models/yolov12n_384x640.xml";
  measure_pictures(seconds);
  measure_boxes(seconds);
  if (!std::filesystem::exists(model)) return 0;
  for (const std::size_t slots : {1U, 2U, 3U, 4U}) measure_inference(model, slots, seconds);
  return 0;
}
