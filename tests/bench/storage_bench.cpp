// storage_bench [EVENTS [SECONDS]]: what the SQLite store does in a second, one JSON line per figure. Without
// arguments 100,000 events and 2 s for each figure; ctest runs it with little of both, so that it cannot rot.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "storage/sqlite/sqlite_events.hpp"
#include "tests/fakes/temp_folder.hpp"

namespace sentinel::storage::sqlite {
namespace {

using SteadyClock = std::chrono::steady_clock;

// 16 cameras over 30 days; most events are persons of low severity and three of ten are acknowledged.
domain::Event make_event(std::string id, std::uint64_t n) {
  constexpr std::int64_t kDayUs = 86'400'000'000;
  const std::uint64_t mixed = n * 2'654'435'761U % 1'000;
  domain::Event event;
  event.id = std::move(id);
  event.camera_id = fmt::format("camera_{}", n * 7 % 16 + 1);
  event.type = mixed < 600   ? domain::EventType::kPerson
               : mixed < 850 ? domain::EventType::kVehicle
                             : static_cast<domain::EventType>(mixed % 18);
  event.severity = mixed % 100 < 60   ? domain::EventSeverity::kLow
                   : mixed % 100 < 85 ? domain::EventSeverity::kMedium
                   : mixed % 100 < 97 ? domain::EventSeverity::kHigh
                                      : domain::EventSeverity::kCritical;
  event.confidence = static_cast<float>(mixed) / 1000;
  event.label = "person";
  event.metadata_json = R"({"speed_mps":1.25,"direction":"north","frames":42})";
  event.track_id = static_cast<std::int64_t>(n);
  event.box = domain::NormalizedBox{0.1F, 0.2F, 0.3F, 0.4F};
  event.started_at = UtcTime{std::chrono::microseconds{1'790'000'000'000'000 +
                                                       static_cast<std::int64_t>(n) * 30 * kDayUs / 100'000}};
  event.acknowledged = mixed % 10 < 3;
  event.rule_id = "rule_1";
  event.has_snapshot = true;
  return event;
}

struct Bench {
  SqliteStore& store;
  SqliteEvents events{store};
  SystemClock clock{};
  IdGenerator ids{clock};
  double seconds = 2;
  std::atomic<std::uint64_t> next{0};

  std::vector<domain::Event> make_batch(std::size_t count) {
    std::vector<domain::Event> batch;
    for (std::size_t i = 0; i < count; ++i) batch.push_back(make_event(ids.next("evt_"), next++));
    return batch;
  }

  void fill(std::size_t count) {
    for (std::size_t done = 0; done < count; done += 1'000) {
      events.upsert_events(make_batch(std::min<std::size_t>(1'000, count - done)));
    }
  }

  // With `again`, each thread writes its events a second time, as the pipeline does while an event lasts.
  void measure_upserts(std::size_t threads, std::size_t batch, bool again) {
    const auto before = store.write_stats();
    std::atomic<std::uint64_t> written = 0;
    const auto start = SteadyClock::now();
    const auto until = start + std::chrono::duration<double>(seconds);
    {
      std::vector<std::jthread> workers;
      for (std::size_t i = 0; i < threads; ++i) {
        workers.emplace_back([&] {
          std::vector<domain::Event> mine = make_batch(batch);
          if (again) events.upsert_events(mine);
          while (SteadyClock::now() < until) {
            events.upsert_events(mine);
            written += batch;
            if (!again) mine = make_batch(batch);
          }
        });
      }
    }
    const double took = std::chrono::duration<double>(SteadyClock::now() - start).count();
    const auto after = store.write_stats();
    fmt::print(
        R"({{"bench":"sqlite_upsert","threads":{},"batch":{},"update":{},"events_per_s":{:.0f},"jobs_per_commit":{:.1f}}})"
        "\n",
        threads, batch, again, static_cast<double>(written) / took,
        static_cast<double>(after.jobs - before.jobs) / static_cast<double>(after.commits - before.commits));
    std::fflush(stdout);
  }

  void measure_list(const char* name, const EventFilter& filter, const EventPageRequest& request) {
    std::vector<double> micros;
    const auto until = SteadyClock::now() + std::chrono::duration<double>(seconds / 4);
    EventPage page;
    do {
      const auto start = SteadyClock::now();
      page = events.list_events(filter, request);
      micros.push_back(std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count());
    } while (SteadyClock::now() < until);
    std::sort(micros.begin(), micros.end());
    fmt::print(
        R"({{"bench":"sqlite_list_events","filter":"{}","p50_us":{:.0f},"p99_us":{:.0f},"items":{},"total":{}}})"
        "\n",
        name, micros[micros.size() / 2], micros[micros.size() * 99 / 100], page.items.size(), page.total);
    std::fflush(stdout);
  }
};

void measure_lists(Bench& bench, std::size_t count) {
  const EventPageRequest first;
  const UtcTime middle = make_event("", count / 2).started_at;
  using domain::EventSeverity;
  using domain::EventType;
  bench.measure_list("none", {}, first);
  bench.measure_list("camera", {.camera_ids = {{"camera_3"}}}, first);
  bench.measure_list("cameras_3_of_16", {.camera_ids = {{"camera_3", "camera_4", "camera_5"}}}, first);
  bench.measure_list("type_common", {.type = EventType::kPerson}, first);
  bench.measure_list("type_rare", {.type = EventType::kFall}, first);
  bench.measure_list("severity_critical", {.severity = EventSeverity::kCritical}, first);
  bench.measure_list("unacknowledged", {.acknowledged = false}, first);
  bench.measure_list("day", {.started_from = middle, .started_until = middle + std::chrono::hours{24}},
                     first);
  bench.measure_list("confidence_0.9", {.confidence_min = 0.9}, first);
  bench.measure_list("camera_type", {.camera_ids = {{"camera_3"}}, .type = EventType::kPerson}, first);
  bench.measure_list("camera_type_rare", {.camera_ids = {{"camera_3"}}, .type = EventType::kFall}, first);
  bench.measure_list(
      "type_severity_unack",
      {.type = EventType::kPerson, .severity = EventSeverity::kCritical, .acknowledged = false}, first);
  bench.measure_list("camera_unack_day",
                     {.camera_ids = {{"camera_3"}},
                      .started_from = middle,
                      .started_until = middle + std::chrono::hours{24},
                      .acknowledged = false},
                     first);
  bench.measure_list("unack_rare_type", {.type = EventType::kFall, .acknowledged = false}, first);
  bench.measure_list("cameras_3_unack",
                     {.camera_ids = {{"camera_3", "camera_4", "camera_5"}}, .acknowledged = false}, first);
  bench.measure_list("camera_cursor", {.camera_ids = {{"camera_3"}}}, {.after = EventKey{middle, "evt_"}});
  bench.measure_list("camera_offset_5000", {.camera_ids = {{"camera_3"}}}, {.offset = 5'000});
  bench.measure_list("none_count_exact", {}, {.count_exact = true});
}

int run(std::size_t count, double seconds) {
  const fakes::TempFolder folder;
  SqliteStore store{{.path = folder.path() / "sentinel.db"}};
  Bench bench{.store = store, .seconds = seconds};
  bench.fill(count);
  fmt::print(R"({{"bench":"sqlite_file","events":{},"bytes_per_event":{}}})"
             "\n",
             count,
             std::filesystem::file_size(folder.path() / "sentinel.db") / std::max<std::size_t>(count, 1));
  measure_lists(bench, count);
  for (const bool again : {false, true}) {
    bench.measure_upserts(1, 1, again);
    bench.measure_upserts(8, 1, again);
    bench.measure_upserts(8, 100, again);
  }
  return 0;
}

}  // namespace
}  // namespace sentinel::storage::sqlite

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::stoul(argv[1]) : 100'000;
  const double seconds = argc > 2 ? std::stod(argv[2]) : 2.0;
  return sentinel::storage::sqlite::run(count, seconds);
}
