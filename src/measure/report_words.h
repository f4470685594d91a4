/* report_words.h: how does the report say it, in which language?
 *
 * Every word stands here once, in all languages beside each other: one that is missing does not
 * compile. {1} to {9} are places for values. */
#ifndef MEASURE_REPORT_WORDS_H
#define MEASURE_REPORT_WORDS_H

#include "base/arena.h"
#include "measure/flag.h"
#include "measure/measure.h"

enum report_language { REPORT_EN, REPORT_JA, REPORT_LANGUAGES };

/* clang-format off */
#define REPORT_WORDS(WORD) \
    WORD(TITLE, "Particle size and number concentration", "粒子径・粒子数濃度 測定報告書") \
    WORD(SUBTITLE, "Particle tracking analysis", "粒子軌跡解析法(PTA)") \
    WORD(FIRST_FILE, "{1}: first of {2} videos", "{1}(全 {2} 本の 1 本目)") \
    WORD(PAGE, "Page {1} of {2}", "{1} / {2} ページ") \
    WORD(FILES, "Files", "測定ファイル") \
    WORD(FRAMES_SMALL, "frames", "フレーム") \
    WORD(POSITIONS_SMALL, "positions", "点") \
    WORD(VIDEO, "Video", "動画") \
    WORD(VIDEOS, "Videos", "動画一覧") \
    WORD(FRAMES, "Frames", "フレーム") \
    WORD(POSITIONS, "Positions", "位置") \
    WORD(TRACKS, "Tracks", "軌跡") \
    WORD(PART_OF_FILE, "{1}, video {2}", "{1}、動画 {2}") \
    WORD(MORE_VIDEOS, "and {1} more: see page 2", "ほか {1} 本は 2 ページ") \
    WORD(MORE_ELSEWHERE, "and {1} more; --json tells of each", "ほか {1} 本(--json に全件)") \
    WORD(UNUSED_COLUMNS, "columns not used: {1}", "使わなかった列: {1}") \
    WORD(PICTURES, "Pictures", "画像") \
    WORD(PICTURES_ARE, "{1} × {2} pixels of {3} bits, {4} of {5} frames lost", \
         "{1} × {2} 画素、{3} ビット、{5} フレーム中 {4} 欠落") \
    WORD(LOSSY, "compressed with loss", "非可逆圧縮") \
    WORD(SPOTS, "Spots", "輝点") \
    WORD(SPOTS_ARE, "{1} per frame ({2} maxima) above {3} sd of the noise", \
         "1 フレーム {1} 個(極大 {2} 個)、しきい値は雑音の標準偏差の {3} 倍") \
    WORD(CAMERA, "Camera", "カメラ") \
    WORD(CAMERA_IS, "noise {1} DN in the dark, gain {2} DN per electron, offset {3} DN", \
         "暗時雑音 {1} DN、変換利得 {2} DN/電子、オフセット {3} DN") \
    WORD(NOT_KNOWN, "not known", "不明") \
    WORD(SETTINGS, "Settings", "測定条件") \
    WORD(EXPOSURE, "Exposure", "露光時間") \
    WORD(EXPOSURE_IS, "{1} ms in a frame of {2} ms", "{1} ms(フレーム間隔 {2} ms)") \
    WORD(EXPOSURE_ASSUMED, "ASSUMED {1} ms, the whole frame: sizes may be 50 % too large", \
         "仮定 {1} ms(フレーム全体): 粒径が最大 50 % 大きい可能性") \
    WORD(TEMPERATURE, "Temperature", "温度") \
    WORD(TEMPERATURE_IS, "{1} °C, measured", "{1} °C(実測)") \
    WORD(TEMPERATURES_ARE, "{1} to {2} °C, measured; mean {3}", "{1}~{2} °C(実測)、平均 {3}") \
    WORD(TEMPERATURE_ASSUMED, "{1} °C, ASSUMED: 1 K is 2.3 to 3 % of size", \
         "{1} °C(仮定): 1 K で粒径の 2.3~3 %") \
    WORD(VISCOSITY, "Viscosity", "粘度") \
    WORD(VISCOSITY_OF_WATER, "{1} mPa s, water (IAPWS 2008)", "{1} mPa s、水(IAPWS 2008)") \
    WORD(VISCOSITY_GIVEN, "{1} mPa s, as given", "{1} mPa s(指定値)") \
    WORD(VISCOSITY_OF_MEDIUM, "{1} mPa s, as given for {2}", "{1} mPa s({2}の指定値)") \
    WORD(PIXEL, "Pixel", "画素") \
    WORD(PIXEL_IS, "{1} nm in the sample", "試料上で {1} nm") \
    WORD(SHORTEST, "Shortest track", "最短の軌跡") \
    WORD(SHORTEST_IS, "{1} positions", "{1} 点") \
    WORD(DEPTH, "Depth", "計数深さ") \
    WORD(DEPTH_GIVEN, "{1} µm, as given", "{1} µm(指定値)") \
    WORD(DEPTH_OF_SHEET, "{1} µm on average, from light sheet and focus", \
         "平均 {1} µm(光シートと焦点深度から)") \
    WORD(DILUTION, "Dilution", "希釈倍率") \
    WORD(DILUTION_BLANK, "{1} times; blank subtracted", "{1} 倍、ブランク補正あり") \
    WORD(DILUTION_NO_BLANK, "{1} times; NO blank subtracted", "{1} 倍、ブランク補正なし") \
    WORD(RESAMPLINGS, "Resamplings", "再標本化") \
    WORD(RESAMPLINGS_ARE, "{1} of tracks and videos, from seed {2}", \
         "軌跡と動画を {1} 回(シード {2})") \
    WORD(RESAMPLINGS_NONE, "none, so no interval; --bootstraps 200 gives them", \
         "なし(区間なし)。--bootstraps 200 で計算") \
    WORD(INTERVAL, "95 % interval", "95 % 区間") \
    WORD(INTERVAL_IS, "{1} – {2}", "{1} – {2}") \
    WORD(INTERVAL_NONE, "no interval", "区間なし") \
    WORD(MEDIAN_SIZE, "Median size D50 by number", "個数基準メジアン径 D50") \
    WORD(TENTHS, "D10 – D90 by number", "個数基準 D10 – D90") \
    WORD(CONCENTRATION, "Number concentration", "粒子数濃度") \
    WORD(NM, "{1} nm", "{1} nm") \
    WORD(SPAN_IS, "span (D90 – D10)/D50 = {1}", "スパン (D90 – D10)/D50 = {1}") \
    WORD(PER_ML, "{1} per ml", "{1} 個/ml") \
    WORD(BELOW_PER_ML, "below {1} per ml", "{1} 個/ml 未満") \
    WORD(NOT_FOUND, "not found", "未算出") \
    WORD(CONCENTRATION_NEEDS, \
         "Not found: it needs --dilution and a depth (--depth-um or --sheet-um), and for tables " \
         "of tracks the view (--width-px, --height-px).", \
         "未算出: --dilution と深さ(--depth-um または --sheet-um)が必要です。軌跡の表からの場合は" \
         "視野(--width-px、--height-px)も必要です。") \
    WORD(CONCENTRATION_LIMIT, "Nothing beyond blank and chance was seen: an upper limit.", \
         "ブランクと偶然を超える粒子はなく、上限値です。") \
    WORD(CONCENTRATION_ROWS, "{1} particles per frame, {2} seen independently", \
         "1 フレーム {1} 個、独立に数えた粒子 {2} 個") \
    WORD(CONCENTRATION_EXPANDED, "combined {1} %, expanded (k=2) {2} %", \
         "合成 {1} %、拡張(k=2){2} %") \
    WORD(BUDGET, "Uncertainty budget", "不確かさの内訳") \
    WORD(BUDGET_AXIS, "relative standard uncertainty / %", "相対標準不確かさ / %") \
    WORD(TERM_COUNTING, "counting", "計数") \
    WORD(TERM_VIDEOS, "between videos", "動画間") \
    WORD(TERM_DILUTION, "dilution", "希釈") \
    WORD(TERM_VOLUME, "counted volume", "計数体積") \
    WORD(TERM_EFFICIENCY, "detection efficiency", "検出効率") \
    WORD(TERM_FALSE, "false spots", "偽輝点") \
    WORD(TERM_BLANK, "blank", "ブランク") \
    WORD(TERM_COMBINED, "combined", "合成") \
    WORD(DISTRIBUTION, "Size distribution by number", "個数基準粒子径分布") \
    WORD(SIZE_AXIS, "particle size / nm", "粒子径 / nm") \
    WORD(SHARE_AXIS, "particles / % per 0.1 decade of size", "粒子 / 粒子径 0.1 桁あたり %") \
    WORD(BEYOND, "{1} % of the particles beyond", "粒子の {1} % は範囲外") \
    WORD(LEGEND_TEXT, "nm, %; o: raw histogram", "nm、%。o: 生ヒストグラム") \
    WORD(LEGEND_CURVE, "maximum likelihood, smoothed by {1} %", "最尤分布({1} % で平滑化)") \
    WORD(LEGEND_BAND, "where 95 % of the resamplings run", "再標本化の 95 % が通る範囲") \
    WORD(LEGEND_RAW, "raw histogram: each track by its own D (wider than the sample)", \
         "生ヒストグラム: 各軌跡の D から(試料より広い)") \
    WORD(FIT_IS, "{1} tracks, {2} positions", "軌跡 {1} 本、{2} 点") \
    WORD(FIT_FAILED, "THE FIT DID NOT CONVERGE", "計算が収束していません") \
    WORD(CORRECTED, "corrected for short tracks that were left out, by the depth given", \
         "除いた短い軌跡を指定の深さで補正") \
    WORD(UNCORRECTED, "without --depth-um not corrected for short tracks that were left out", \
         "--depth-um がなく、除いた短い軌跡は補正していません") \
    WORD(PERCENTILES, "Figures of the distribution / nm", "分布の代表値 / nm") \
    WORD(BY_NUMBER, "by number", "個数基準") \
    WORD(BY_VOLUME, "by volume", "体積基準") \
    WORD(RAW, "raw", "生") \
    WORD(MEAN, "mean", "平均") \
    WORD(MODE, "mode", "モード") \
    WORD(SPAN, "span", "スパン") \
    WORD(VOLUME_MEAN_DOUBTFUL, \
         "Too few particles for figures by volume (ISO 13322-1: 6,000 for a mean, 61,000 for a " \
         "D90).", \
         "体積基準の値には粒子数が不足(ISO 13322-1: 平均 6,000 個、D90 61,000 個)。") \
    WORD(VOLUME_D90_DOUBTFUL, "Too few particles for a D90 by volume (ISO 13322-1: 61,000).", \
         "体積基準の D90 には粒子数が不足(ISO 13322-1: 61,000 個)。") \
    WORD(EFFICIENCY, "Detection efficiency", "検出効率") \
    WORD(EFFICIENCY_AXIS, "found / %", "検出率 / %") \
    WORD(EFFICIENCY_NEEDS, \
         "Not known: it needs a concentration, the brightness of spots with its --threshold, and " \
         "50 tracks of 15 positions.", \
         "不明: 粒子数濃度、輝点の明るさと --threshold、15 点以上の軌跡 50 本が必要です。") \
    WORD(EFFICIENCY_NEEDS_OF_VIDEO, \
         "Not known: it needs a concentration (--dilution and a depth) and 50 tracks of 15 " \
         "positions.", \
         "不明: 粒子数濃度(--dilution と深さ)と 15 点以上の軌跡 50 本が必要です。") \
    WORD(LIMIT_ABOVE, "at or above {1} nm (95 % found): {2} per ml", \
         "{1} nm 以上(95 % 検出): {2} 個/ml") \
    WORD(LIMIT_SPLIT, \
         "{1} % of those counted lie there and {2} % below; down to {3} nm (50 % found) another " \
         "{4} % were missed", \
         "計数の {1} % がこの範囲、{2} % は未満。{3} nm(50 % 検出)までに {4} % を見逃し") \
    WORD(LIMIT_SCATTER, "brightness grows with size to the power {1}, by {2} tracks", \
         "明るさは粒径の {1} 乗に比例(軌跡 {2} 本)") \
    WORD(DRIFT, "Drift", "ドリフト") \
    WORD(DRIFT_AXIS, "x, y / µm/s", "x、y / µm/s") \
    WORD(DRIFT_IS, "{1} ± {2}, {3} ± {4}", "{1} ± {2}、{3} ± {4}") \
    WORD(DRIFT_UNKNOWN, "not known: too few steps", "不明: 変位が不足") \
    WORD(VIBRATES, "VIBRATION", "振動") \
    WORD(DRIFT_MOST, "at most {1} µm/s (video {2})", "最大 {1} µm/s(動画 {2})") \
    WORD(ALL_STEPS, "All steps", "全変位") \
    WORD(ALL_STEPS_ARE, "D = {1} ± {2} µm²/s over {3} steps", "D = {1} ± {2} µm²/s(変位 {3} 個)") \
    WORD(LOCALISATION, "Localisation", "位置の誤差") \
    WORD(LOCALISATION_IS, "{1} ± {2} nm", "{1} ± {2} nm") \
    WORD(LOCALISATION_BELOW, "below {1} nm", "{1} nm 未満") \
    WORD(LOCALISATION_NEGATIVE, "NEGATIVE beyond chance: is the exposure really so long?", \
         "偶然を超えて負: 露光時間は正しいですか") \
    WORD(PARTICLES, "Particles", "粒子") \
    WORD(PARTICLES_ARE, "{1} sized in {2} tracks; {3} of {4} long ones do not diffuse freely", \
         "軌跡 {2} 本中 {1} 本に粒径。長い {4} 本中 {3} 本は非自由拡散") \
    WORD(EDGE, "Edge", "視野の縁") \
    WORD(EDGE_IS, "{1} positions within {2} µm of it are not used", "縁から {2} µm 以内の {1} 点は不使用") \
    WORD(COUNTS, "Positions per frame over time", "フレームあたり位置数の推移") \
    WORD(COUNTS_BY_VIDEO, "Positions per frame, by video: mean, and spread over time", \
         "動画ごとのフレームあたり位置数: 平均と時間的な幅") \
    WORD(COUNTS_ARE, "mean {1}, from {2} to {3}", "平均 {1}、{2}~{3}") \
    WORD(COUNTS_RANGE, "means from {1} (video {2}) to {3} (video {4})", \
         "平均は {1}(動画 {2})~{3}(動画 {4})") \
    WORD(MEAN_IS, "mean {1}", "平均 {1}") \
    WORD(TIME_AXIS, "time / s", "時間 / s") \
    WORD(VIDEO_NONE, "nothing was seen", "何も写っていません") \
    WORD(FLAGS, "Quality flags", "品質フラグ") \
    WORD(FLAGS_ON_NEXT, "What they mean stands on page 2.", "内容は 2 ページにあります。") \
    WORD(FLAGS_NONE, "Nothing that was judged is doubted.", "判定した項目に疑いはありません。") \
    WORD(FLAGS_UNKNOWN, "Not judged, because it is not known: {1}.", "情報がなく未判定: {1}。") \
    WORD(FLAGS_COUNT, "failed: {1}, warnings: {2}, not judged: {3}", "不適 {1}、注意 {2}、未判定 {3}") \
    WORD(FLAG_VALUE, "{1} {2} (limit {3})", "{1} {2}(限度 {3})") \
    WORD(FLAG_VIDEO, "video {1}", "動画 {1}") \
    WORD(LIST_COMMA, ", ", "、") \
    WORD(STATE_UNKNOWN, "not judged", "未判定") \
    WORD(STATE_FINE, "fine", "良好") \
    WORD(STATE_WARN, "warning", "注意") \
    WORD(STATE_FAIL, "FAIL", "不適") \
    WORD(FLAG_TRACKS, "number of tracks", "軌跡の数") \
    WORD(UNIT_TRACKS, "tracks", "本") \
    WORD(FLAG_COUNT_PER_FRAME, "particles per frame", "フレームあたりの粒子数") \
    WORD(UNIT_COUNT_PER_FRAME, "particles/frame", "個/フレーム") \
    WORD(FLAG_CROWDING, "crowding", "密集") \
    WORD(UNIT_CROWDING, "", "") \
    WORD(FLAG_DRIFT, "drift", "ドリフト") \
    WORD(UNIT_DRIFT, "of the rms step", "(rms 変位比)") \
    WORD(FLAG_VIBRATION, "vibration", "振動") \
    WORD(UNIT_VIBRATION, "of the expected variance", "(期待分散比)") \
    WORD(FLAG_SATURATION, "saturation", "飽和") \
    WORD(UNIT_SATURATION, "of the spots", "(輝点比)") \
    WORD(FLAG_BACKGROUND_STEP, "background step", "背景の急変") \
    WORD(UNIT_BACKGROUND_STEP, "of the background", "(背景比)") \
    WORD(FLAG_COUNT_TREND, "count trend", "計数の傾向") \
    WORD(UNIT_COUNT_TREND, "of the mean count", "(平均計数比)") \
    WORD(FLAG_COUNTS_DISAGREE, "counts disagree", "計数の不一致") \
    WORD(UNIT_COUNTS_DISAGREE, "sd", "標準偏差") \
    WORD(FLAG_COUNT_VARIANCES_DISAGREE, "count variances disagree", "計数分散の不一致") \
    WORD(UNIT_COUNT_VARIANCES_DISAGREE, "of all variances", "(全分散比)") \
    WORD(FLAG_D50_DISAGREE, "D50 disagree", "D50 の不一致") \
    WORD(UNIT_D50_DISAGREE, "sd", "標準偏差") \
    WORD(FLAG_EMPTY_VIDEO, "empty video", "空の動画") \
    WORD(UNIT_EMPTY_VIDEO, "videos", "本") \
    WORD(FLAG_TEMPERATURE_MISSING, "temperature missing", "温度の欠落") \
    WORD(UNIT_TEMPERATURE_MISSING, "videos", "本") \
    WORD(FLAG_TEMPERATURE_CONSTANT, "temperature constant", "温度が一定値") \
    WORD(UNIT_TEMPERATURE_CONSTANT, "K", "K") \
    WORD(FLAG_VISCOSITY, "viscosity", "粘度") \
    WORD(UNIT_VISCOSITY, "relative to water", "(水との差)") \
    WORD(FLAG_DILUTION, "dilution", "希釈倍率") \
    WORD(UNIT_DILUTION, "times", "倍") \
    WORD(FLAG_EXPOSURE, "exposure", "露光時間") \
    WORD(UNIT_EXPOSURE, "", "") \
    WORD(FLAG_DROPPED_FRAMES, "dropped frames", "欠落フレーム") \
    WORD(UNIT_DROPPED_FRAMES, "of the frames", "(フレーム比)") \
    WORD(FLAG_CENTRES_PER_PARTICLE, "centres per particle", "粒子あたりの中心数") \
    WORD(UNIT_CENTRES_PER_PARTICLE, "", "") \
    WORD(FLAG_VALID_SHARE, "share of valid tracks", "有効軌跡の割合") \
    WORD(UNIT_VALID_SHARE, "of the completed tracks", "(完了軌跡比)") \
    WORD(END_OF_WORDS, "end", "終")
/* clang-format on */

enum report_word {
#define REPORT_WORD_NAME(name, en, ja) WORD_##name,
    REPORT_WORDS(REPORT_WORD_NAME)
#undef REPORT_WORD_NAME
        REPORT_WORD_COUNT
};

/* Who is spoken to, and where the sentences live. */
struct report_voice {
    struct arena *arena;
    enum report_language language;
    bool plain; /* letters of a terminal alone: um, +-, 1.2e9 */
};

enum { REPORT_VALUES = 9 };

const char *report_word(enum report_language language, enum report_word word);

/* With values in its places; the list ends with NULL. A place without a value stays empty. */
const char *report_fill(const struct report_voice *voice, enum report_word word,
                        const char *const *values);
#define report_say(voice, word, ...)                                                               \
    report_fill(voice, word, (const char *const[REPORT_VALUES + 1]){__VA_ARGS__, NULL})

enum report_word report_flag_name(enum flag_kind kind);
enum report_word report_flag_unit(enum flag_kind kind);
enum report_word report_state(enum flag_state state);
enum report_word report_term(enum measure_term term);

#endif
