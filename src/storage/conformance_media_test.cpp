#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "storage/filesystem/file_media_store.hpp"
#include "tests/fakes/memory_stores.hpp"
#include "tests/fakes/temp_folder.hpp"

namespace sentinel::storage {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct MemoryMediaBackend {
  fakes::MemoryMedia media;
};
struct FileMediaBackend {
  fakes::TempFolder folder;
  filesystem::FileMediaStore media{folder.path() / "media"};
};

template <class Backend>
class Media : public testing::Test {
 protected:
  Backend backend_;
  MediaStore& media_ = backend_.media;
};
using MediaBackends = testing::Types<MemoryMediaBackend, FileMediaBackend>;
TYPED_TEST_SUITE(Media, MediaBackends);

constexpr std::string_view kKey = "events/2026-11-24/evt_01ARZ3.jpg";

TYPED_TEST(Media, GivesBackWhatWasPut) {
  for (const Bytes& bytes : {Bytes{}, Bytes{0, 1, 255}, Bytes(300'000, 7)}) {
    ASSERT_TRUE(this->media_.put(kKey, bytes).has_value());
    EXPECT_EQ(this->media_.get(kKey).value(), bytes) << "and put replaces";
  }
}

TYPED_TEST(Media, AbsentOnesAreNotFoundAndRemovedWithoutError) {
  EXPECT_EQ(this->media_.get(kKey).error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(this->media_.remove(kKey).has_value());
  ASSERT_TRUE(this->media_.put(kKey, Bytes{1}).has_value());
  EXPECT_EQ(this->media_.get("events/2026-11-24/evt_01ARZ4.jpg").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(this->media_.get("events/2026-11-24/evt_01ARZ3.jpg.d/x/y").error().kind, ErrorKind::kInvalid);
  EXPECT_TRUE(this->media_.remove(kKey).has_value());
  EXPECT_TRUE(this->media_.remove(kKey).has_value());
  EXPECT_EQ(this->media_.get(kKey).error().kind, ErrorKind::kNotFound);
}

TYPED_TEST(Media, BadKeysAreInvalid) {
  std::string long_key = "events/";
  long_key += std::string(249, 'x');
  for (const std::string& key : {std::string{},
                                 std::string{"/"},
                                 std::string{"file.jpg"},
                                 std::string{"../x.jpg"},
                                 std::string{"a/../x.jpg"},
                                 std::string{"a/.."},
                                 std::string{"a/."},
                                 std::string{"a/.x"},
                                 std::string{".a/x"},
                                 std::string{"/a/x"},
                                 std::string{"a//x"},
                                 std::string{"a/"},
                                 std::string{"A/x"},
                                 std::string{"a.b/x"},
                                 std::string{"a/x y"},
                                 std::string{"a/x\n"},
                                 std::string{"a/x\0.jpg", 8},
                                 std::string{"a/ü"},
                                 std::string{"a\\x"},
                                 std::string{".unfinished/x"},
                                 std::string{"1/2/3/4/5/6/7/8/9/x"},
                                 long_key}) {
    EXPECT_EQ(this->media_.put(key, Bytes{1}).error().kind, ErrorKind::kInvalid) << key;
    EXPECT_EQ(this->media_.get(key).error().kind, ErrorKind::kInvalid) << key;
    EXPECT_EQ(this->media_.remove(key).error().kind, ErrorKind::kInvalid) << key;
  }
}

TYPED_TEST(Media, KeysAtTheBoundsAreValid) {
  for (const std::string& key : {std::string{"a/b"}, std::string{"1/2/3/4/5/6/7/8/x..y"},
                                 std::string{"a-b_c/A-Z_0.9"}, "events/" + std::string(248, 'x')}) {
    ASSERT_TRUE(this->media_.put(key, Bytes{9}).has_value()) << key;
    EXPECT_EQ(this->media_.get(key).value(), Bytes{9}) << key;
  }
}

TYPED_TEST(Media, TooLargeIsSaid) {
  const Bytes bytes(kObjectBytesMax + 1);
  EXPECT_EQ(this->media_.put(kKey, bytes).error().kind, ErrorKind::kTooLarge);
  EXPECT_EQ(this->media_.get(kKey).error().kind, ErrorKind::kNotFound);
}

TYPED_TEST(Media, AReaderSeesOneWholeObjectWhileTwoWrite) {
  std::atomic<int> writing = 2;
  ASSERT_TRUE(this->media_.put(kKey, Bytes(50'000, 1)).has_value());
  const auto write = [&](std::uint8_t value) {
    for (int i = 0; i < 100; ++i) {
      EXPECT_TRUE(this->media_.put(kKey, Bytes(50'000U + value, value)).has_value());
      std::this_thread::yield();
    }
    --writing;
  };
  const std::jthread first{write, std::uint8_t{1}};
  const std::jthread second{write, std::uint8_t{2}};
  do {
    const Bytes bytes = this->media_.get(kKey).value();
    ASSERT_FALSE(bytes.empty());
    EXPECT_EQ(bytes, Bytes(bytes.size(), bytes.front())) << "half of one and half of another";
  } while (writing > 0);
}

}  // namespace
}  // namespace sentinel::storage
