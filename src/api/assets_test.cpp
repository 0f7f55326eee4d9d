#include "api/assets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

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

}  // namespace
}  // namespace sentinel::api
