// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>

#include "domain/jobs/archive_kind.hpp"
#include "domain/jobs/player.hpp"

using namespace troupe::jobs;
using form = archive_kind::form;

BOOST_AUTO_TEST_SUITE(archive_kinds)

BOOST_AUTO_TEST_CASE(an_archive_is_known_by_its_name) {
  const struct {
    const char* path;
    form what;
    const char *folder, *decompress;
  } rows[] = {
      {"a.tar", form::tar, "a", ""},        {"d.zip/a.tar.gz", form::tar, "a", "gzip"},
      {"/x/A.TGZ", form::tar, "A", "gzip"}, {"a.b.tar.xz", form::tar, "a.b", "xz"},
      {"a.txz", form::tar, "a", "xz"},      {"a.tar.bz2", form::tar, "a", "bzip2"},
      {"a.tbz2", form::tar, "a", "bzip2"},  {"a.tar.zst", form::tar, "a", "zstd"},
      {"a.7z", form::seven_zip, "a", ""},   {"a.tar.zip", form::zip, "a.tar", ""},
  };
  for (const auto& row : rows) {
    const auto kind = archive_kind_of(row.path);
    BOOST_REQUIRE(kind);
    BOOST_TEST((kind->what == row.what), row.path);
    BOOST_TEST(kind->folder == row.folder);
    BOOST_TEST(kind->decompress == row.decompress);
    const auto tools = unpack_tools(kind->what, "/abs", "/into");
    BOOST_TEST(tools.size() >= 2u);
    for (const auto& tool : tools)
      BOOST_TEST(tool.argv[0] == tool.program);
    BOOST_TEST(!unpack_packages(kind->what).empty());
  }
  for (const char* none :
       {"", "a", "a.gz", "a.xz", ".zip", "d/.tar.gz", "...zip", "a.zip/", "zip", "a.rar"})
    BOOST_TEST(!archive_kind_of(none), none);
  BOOST_TEST(decompress_package("xz") == "xz-utils");
  BOOST_TEST(decompress_package("zstd") == "zstd");
}

BOOST_AUTO_TEST_CASE(unzip_does_not_take_the_name_for_a_pattern) {
  const auto tool = unpack_tools(form::zip, "/b*/a[1]*?\\.zip", "/into").front();
  BOOST_TEST(tool.argv[3] == "/b*/a[[]1][*][?][\\\\].zip");
}

BOOST_AUTO_TEST_CASE(a_song_is_no_option) {
  BOOST_TEST(song_argument("-x.mp3") == "./-x.mp3");
  BOOST_TEST(song_argument("a/b.mp3") == "./a/b.mp3");
  BOOST_TEST(song_argument("/a/b.mp3") == "/a/b.mp3");
  BOOST_TEST(song_argument("https://a.test/b.mp3") == "https://a.test/b.mp3");
  BOOST_TEST(song_argument("--script=evil.lua://") == "./--script=evil.lua://");
  BOOST_TEST(song_argument("-v://x") == "./-v://x");
  BOOST_TEST(song_argument("://x") == "./://x");
  BOOST_TEST(players().front().program == "mpv");
}

BOOST_AUTO_TEST_SUITE_END()
