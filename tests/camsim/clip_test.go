package main

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
)

// Parameter sets that x264 and x265 made for a 640x360 picture; the slices below carry only the bits that the splitter reads.
const (
	h264SPS        = "67640016acb405017fcb08000003000800000300f078b175"
	h264PPS        = "68ef0fcb"
	h264AUD        = "0910"
	h264SEI        = "0605ff"
	h264IDR        = "65888401" // first_mb_in_slice 0, slice_type 7 (I)
	h264IDRMore    = "65408401" // first_mb_in_slice 1, a second slice of that picture
	h264P          = "419a0001" // first_mb_in_slice 0, slice_type 5 (P)
	h264PMore      = "41400001"
	h264B          = "01a80001" // first_mb_in_slice 0, slice_type 1 (B)
	h264Filler     = "0cff80"
	h265VPS        = "40010c01ffff01600000030090000003000003003fba0240"
	h265SPS        = "42010101600000030090000003000003003fa005020171f2e5ba4a4c2e68080000030008000003007840"
	h265SPSReorder = "42010101600000030090000003000003003fa005020171f2e595952930b9a020000003002000000301e1"
	h265PPS        = "4401c073c109"
	h265IDR        = "2801ac61" // first_slice_segment_in_pic_flag set
	h265IDRMore    = "28014061"
	h265P          = "0201d061"
	h265PMore      = "02015061"
	h265SuffixSEI  = "500184"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// annexB joins NAL units, alternating the two lengths of start code that encoders mix.
func annexB(t *testing.T, nalus ...string) []byte {
	t.Helper()
	var out []byte
	for i, n := range nalus {
		if i%2 == 0 {
			out = append(out, 0)
		}
		out = append(out, 0, 0, 1)
		out = append(out, unhex(t, n)...)
	}
	return out
}

func asHex(units [][][]byte) []string {
	var out []string
	for _, unit := range units {
		var nalus []string
		for _, n := range unit {
			nalus = append(nalus, hex.EncodeToString(n))
		}
		out = append(out, strings.Join(nalus, " "))
	}
	return out
}

func TestParseClipGroupsNALUsIntoPictures(t *testing.T) {
	cases := []struct {
		name  string
		codec Codec
		nalus []string
		want  [][]string
	}{
		{"one slice a picture", CodecH264,
			[]string{h264SPS, h264PPS, h264IDR, h264P, h264P},
			[][]string{{h264SPS, h264PPS, h264IDR}, {h264P}, {h264P}}},
		{"several slices a picture", CodecH264,
			[]string{h264SPS, h264PPS, h264IDR, h264IDRMore, h264IDRMore, h264P, h264PMore, h264P},
			[][]string{{h264SPS, h264PPS, h264IDR, h264IDRMore, h264IDRMore}, {h264P, h264PMore}, {h264P}}},
		{"delimiters and SEI open a picture", CodecH264,
			[]string{h264AUD, h264SPS, h264PPS, h264SEI, h264IDR, h264IDRMore, h264AUD, h264SEI, h264P, h264AUD, h264P},
			[][]string{{h264AUD, h264SPS, h264PPS, h264SEI, h264IDR, h264IDRMore}, {h264AUD, h264SEI, h264P}, {h264AUD, h264P}}},
		{"filler closes a picture", CodecH264,
			[]string{h264SPS, h264PPS, h264IDR, h264Filler, h264P, h264Filler},
			[][]string{{h264SPS, h264PPS, h264IDR, h264Filler}, {h264P, h264Filler}}},
		{"parameter sets repeated before each IDR", CodecH264,
			[]string{h264SPS, h264PPS, h264IDR, h264P, h264SPS, h264PPS, h264IDR},
			[][]string{{h264SPS, h264PPS, h264IDR}, {h264P}, {h264SPS, h264PPS, h264IDR}}},
		{"a tail without a picture is dropped", CodecH264,
			[]string{h264SPS, h264PPS, h264IDR, h264AUD, h264SEI},
			[][]string{{h264SPS, h264PPS, h264IDR}}},
		{"H.265 slice segments and suffix SEI", CodecH265,
			[]string{h265VPS, h265SPS, h265PPS, h265IDR, h265IDRMore, h265SuffixSEI, h265P, h265PMore, h265P},
			[][]string{{h265VPS, h265SPS, h265PPS, h265IDR, h265IDRMore, h265SuffixSEI}, {h265P, h265PMore}, {h265P}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			clip, err := ParseClip(annexB(t, c.nalus...))
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, unit := range c.want {
				want = append(want, strings.Join(unit, " "))
			}
			if got := asHex(clip.AccessUnits); !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
			if clip.Codec != c.codec {
				t.Errorf("codec %v, want %v", clip.Codec, c.codec)
			}
		})
	}
}

func TestParseClipKeepsTheParameterSets(t *testing.T) {
	clip, err := ParseClip(annexB(t, h265VPS, h265SPS, h265PPS, h265IDR))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		got  []byte
		want string
	}{{"VPS", clip.VPS, h265VPS}, {"SPS", clip.SPS, h265SPS}, {"PPS", clip.PPS, h265PPS}} {
		if !bytes.Equal(c.got, unhex(t, c.want)) {
			t.Errorf("%s %x, want %s", c.name, c.got, c.want)
		}
	}
}

func TestParseClipStripsPaddingZeros(t *testing.T) {
	data := append([]byte{0, 0, 0, 0}, annexB(t, h264SPS, h264PPS, h264IDR)...)
	data = append(data, 0, 0, 0, 0)
	clip, err := ParseClip(data)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := asHex(clip.AccessUnits), []string{h264SPS + " " + h264PPS + " " + h264IDR}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParseClipRefusesWhatItCannotServe(t *testing.T) {
	cases := []struct {
		name string
		data []byte
		want string
	}{
		{"not Annex-B", []byte("ftypisom"), "no start code"},
		{"empty", nil, "no start code"},
		{"no parameter sets", annexB(t, h264IDR, h264P), "no SPS, PPS or picture"},
		{"no picture", annexB(t, h264SPS, h264PPS), "no SPS, PPS or picture"},
		{"starts between two keyframes", annexB(t, h264SPS, h264PPS, h264P, h264IDR), "not an IDR"},
		{"H.264 B-frames", annexB(t, h264SPS, h264PPS, h264IDR, h264P, h264B), "B-frames"},
		{"H.265 reordering", annexB(t, h265VPS, h265SPSReorder, h265PPS, h265IDR), "reorders pictures"},
		{"H.265 starts between two keyframes", annexB(t, h265VPS, h265SPS, h265PPS, h265P), "random access"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := ParseClip(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}
