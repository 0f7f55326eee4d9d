#include "vision/tracker.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "vision/assignment.hpp"
#include "vision/kalman.hpp"

namespace sentinel::vision {
namespace {

using domain::Box;
using domain::Detection;
using domain::TrackState;

// How fast a lost track's motion is forgotten: nobody walks straight on behind an obstacle for long.
constexpr float kLostDecaySeconds = 2.0F;
// After a gap in the stream of more than this a track counts as lost, though no frame lacked it.
constexpr StreamTime kGapMax{1'000'000};

struct Target {
  Target(const Detection& detection, StreamTime now)
      : filter{detection.box},
        score{detection.score},
        first_seen{now},
        last_seen{now},
        place{detection.box},
        place_since{now} {
    vote(detection);
  }

  std::int64_t id = 0;  // 0 until confirmed
  BoxFilter filter;
  std::vector<std::pair<int, float>> votes;  // class and the sum of its scores
  float score = 0;
  int hits = 1;
  bool confirmed = false;
  bool stationary = false;
  bool seen = true;      // in the latest inferred frame …
  bool was_seen = true;  // … and in the one before
  StreamTime first_seen{0};
  StreamTime last_seen{0};
  StreamTime unseen{0};       // since the latest detection, without what hold() spares it
  Box place;                  // where it was when it last changed its place …
  StreamTime place_since{0};  // … and when that was

  int class_id() const {
    return std::max_element(votes.begin(), votes.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
  }
  void vote(const Detection& detection) {
    const auto known = std::find_if(votes.begin(), votes.end(),
                                    [&](const auto& entry) { return entry.first == detection.class_id; });
    if (known == votes.end()) {
      votes.emplace_back(detection.class_id, detection.score);
    } else {
      known->second += detection.score;
    }
  }
};

float overlap(const Target& target, const Detection& detection) {
  return domain::iou(target.filter.box(), detection.box);
}

Box enlarged(const Box& box, float margin) {
  return {box.x - margin * box.width, box.y - margin * box.height, box.width * (1 + 2 * margin),
          box.height * (1 + 2 * margin)};
}

using Targets = std::vector<Target*>;
using Detections = std::vector<const Detection*>;

struct Ranked {
  Detections good;  // best first
  Detections weak;
};

Ranked rank(const std::vector<Detection>& detections, const TrackerConfig& config) {
  Detections ordered;
  for (const Detection& detection : detections) {
    if (detection.score >= config.low_score) ordered.push_back(&detection);
  }
  std::sort(ordered.begin(), ordered.end(), [](const Detection* a, const Detection* b) {
    return std::tuple{-a->score, a} < std::tuple{-b->score, b};
  });
  if (ordered.size() > config.tracks_max) ordered.resize(config.tracks_max);
  const auto weak = std::find_if(ordered.begin(), ordered.end(),
                                 [&](const Detection* d) { return d->score < config.high_score; });
  return {{ordered.begin(), weak}, {weak, ordered.end()}};
}

}  // namespace

struct Tracker::Impl {
  explicit Impl(const TrackerConfig& settings) : config{settings} {}

  // What a pair is worth beyond the least that makes one; 0 or less: no pair.
  using Gain = std::function<float(const Target&, const Detection&)>;

  TrackerConfig config;
  std::vector<Target> targets;
  StreamTime now{0};
  std::int64_t next_id = 1;

  void predict(StreamTime time);
  void associate(Ranked detections);
  void match(Targets free_targets, Detections& free_detections, const Gain& gain);
  void take(Target& target, const Detection& detection);
  void start(const Detection& detection);
  void confirm(Target& target);
  void settle(Target& target) const;
  bool is_dropped(const Target& target) const;
  Targets unseen(const std::function<bool(const Target&)>& wanted);
  std::vector<domain::Track> answer() const;
};

void Tracker::Impl::predict(StreamTime time) {
  const StreamTime passed = std::max(time - now, StreamTime{0});
  now = std::max(time, now);
  const auto seconds = static_cast<float>(to_seconds(passed));
  for (Target& target : targets) {
    if (!target.seen && target.stationary) target.filter.stop();
    if (!target.seen || passed > kGapMax) target.filter.slow_down(seconds / kLostDecaySeconds);
    target.filter.predict(seconds);
    target.unseen += passed;
    target.was_seen = target.seen;
    target.seen = false;
  }
}

// Good detections may continue any track. Weak ones are mostly things half hidden or blurred: they continue
// tracks that were there a frame ago, where they must be, and start none. What is still free is searched for
// more widely; not for what stood still, or a passer-by would carry its track away.
void Tracker::Impl::associate(Ranked detections) {
  const auto overlap_over = [](float least) {
    return [least](const Target& t, const Detection& d) { return overlap(t, d) - least; };
  };
  match(unseen([](const Target& t) { return t.confirmed; }), detections.good,
        [this](const Target& t, const Detection& d) { return overlap(t, d) * d.score - config.match_iou; });
  match(unseen([](const Target& t) { return t.confirmed && t.was_seen; }), detections.weak,
        overlap_over(config.weak_match_iou));
  match(unseen([](const Target& t) { return t.confirmed && !t.stationary; }), detections.good,
        [this](const Target& t, const Detection& d) {
          return domain::iou(enlarged(t.filter.box(), config.search_margin),
                             enlarged(d.box, config.search_margin)) -
                 config.search_match_iou;
        });
  match(unseen([](const Target& t) { return !t.confirmed; }), detections.good,
        overlap_over(config.tentative_match_iou));
  for (const Detection* detection : detections.good) {
    if (detection->score >= config.new_track_score) start(*detection);
  }
}

// Pairs what is free and takes the detections in; those left over stay free.
void Tracker::Impl::match(Targets free_targets, Detections& free_detections, const Gain& gain) {
  if (free_targets.empty() || free_detections.empty()) return;
  GainMatrix gains{free_targets.size(), free_detections.size()};
  for (std::size_t row = 0; row < gains.rows(); ++row) {
    const int group = config.class_groups.of(free_targets[row]->class_id());
    for (std::size_t column = 0; column < gains.columns(); ++column) {
      const Detection& detection = *free_detections[column];
      if (config.class_groups.of(detection.class_id) != group) continue;
      gains.at(row, column) = gain(*free_targets[row], detection);
    }
  }
  for (const Pairing& pair : assign_best(gains)) {
    take(*free_targets[pair.row], *free_detections[pair.column]);
    free_detections[pair.column] = nullptr;
  }
  std::erase(free_detections, nullptr);
}

void Tracker::Impl::take(Target& target, const Detection& detection) {
  target.filter.correct(detection.box, detection.score);
  target.vote(detection);
  target.score = detection.score;
  target.seen = true;
  target.last_seen = now;
  target.unseen = StreamTime{0};
  ++target.hits;
  confirm(target);
}

void Tracker::Impl::start(const Detection& detection) {
  if (targets.size() >= config.tracks_max) return;
  Target target{detection, now};
  confirm(target);
  targets.push_back(std::move(target));
}

void Tracker::Impl::confirm(Target& target) {
  if (target.confirmed || target.hits < config.confirm_hits) return;
  target.confirmed = true;
  target.id = next_id++;
}

// Decides whether a track that is seen keeps its place.
void Tracker::Impl::settle(Target& target) const {
  const Box box = target.filter.box();
  const float least = target.stationary ? config.stationary_leave_iou : config.stationary_iou;
  if (domain::iou(box, target.place) < least) {
    target.stationary = false;
    target.place = box;
    target.place_since = now;
  } else if (now - target.place_since >= config.stationary_after) {
    target.stationary = true;
  }
}

bool Tracker::Impl::is_dropped(const Target& target) const {
  if (target.seen) return false;
  if (!target.confirmed) return target.unseen > config.tentative_lost_after;
  return target.unseen > (target.stationary ? config.stationary_lost_after : config.lost_after);
}

// Those that have no detection in this frame yet.
Targets Tracker::Impl::unseen(const std::function<bool(const Target&)>& wanted) {
  Targets selected;
  for (Target& target : targets) {
    if (!target.seen && wanted(target)) selected.push_back(&target);
  }
  return selected;
}

std::vector<domain::Track> Tracker::Impl::answer() const {
  std::vector<domain::Track> tracks;
  for (const Target& target : targets) {
    if (!target.confirmed) continue;
    const TrackState state = !target.seen        ? TrackState::kLost
                             : target.stationary ? TrackState::kStationary
                                                 : TrackState::kConfirmed;
    tracks.push_back({target.id, target.class_id(), state, target.filter.box(), target.score,
                      target.first_seen, target.last_seen});
  }
  std::sort(tracks.begin(), tracks.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return tracks;
}

Tracker::Tracker(const TrackerConfig& config) : impl_{std::make_unique<Impl>(config)} {}
Tracker::~Tracker() = default;

std::vector<domain::Track> Tracker::update(StreamTime time, const std::vector<Detection>& detections) {
  impl_->predict(time);
  impl_->associate(rank(detections, impl_->config));
  std::erase_if(impl_->targets, [this](const Target& target) { return impl_->is_dropped(target); });
  for (Target& target : impl_->targets) {
    if (target.seen) impl_->settle(target);
  }
  return impl_->answer();
}

std::vector<domain::Track> Tracker::hold(StreamTime time) {
  const StreamTime passed = std::max(time - impl_->now, StreamTime{0});
  impl_->now += passed;
  for (Target& target : impl_->targets) {
    target.filter.stop();
    if (target.seen) {
      target.last_seen = impl_->now;
      impl_->settle(target);
    } else if (!target.stationary) {
      target.unseen += passed;
    }
  }
  std::erase_if(impl_->targets, [this](const Target& target) { return impl_->is_dropped(target); });
  return impl_->answer();
}

}  // namespace sentinel::vision
