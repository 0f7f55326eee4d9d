#include "api/assets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "api/gunzip.hpp"

namespace sentinel::api {
namespace {

TEST(Assets, HaveThePagesThatTheContractNames) {
  for (const std::string_view path : {"/ui/", "/ui/app.js", "/ui/app.css", "/api/docs", "/api/redoc"}) {
    EXPECT_TRUE(std::ranges::any_of(web_assets(), [&](const Asset& asset) { return asset.path == path; }))
        << path;
  }
}

TEST(Assets, AreGzipWithAnETagOfTheirOwn) {
  std::set<std::string_view> etags, paths;
  for (const Asset& asset : web_assets()) {
    ASSERT_GT(asset.gzip.size(), 18U) << asset.path;  // a gzip header and trailer
    EXPECT_EQ(asset.gzip.substr(0, 3), "\x1f\x8b\x08") << asset.path;
    EXPECT_TRUE(asset.etag.size() == 34 && asset.etag.starts_with('"') && asset.etag.ends_with('"'))
        << asset.etag;
    etags.insert(asset.etag);
    paths.insert(asset.path);
  }
  EXPECT_EQ(etags.size(), web_assets().size());
  EXPECT_EQ(paths.size(), web_assets().size());
}

TEST(Assets, CanBeUnpacked) {
  for (const Asset& asset : web_assets()) {
    EXPECT_FALSE(gunzip(asset.gzip).empty()) << asset.path;
    std::string damaged{asset.gzip};
    damaged[damaged.size() - 8] = static_cast<char>(damaged[damaged.size() - 8] ^ 1);  // of the checksum
    EXPECT_THROW(gunzip(damaged), std::runtime_error) << asset.path;
  }
  EXPECT_THROW(gunzip("abc"), std::runtime_error);
}

}  // namespace
}  // namespace sentinel::api
