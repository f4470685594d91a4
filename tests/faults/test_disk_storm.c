/* test_disk_storm.c: whatever the disk does and whenever, does the record keep what it told? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crew/erasure.h"
#include "storm.h"
#include "storm_steps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/*
 *   EXOLEDGER_SEED     begins with this one; the seed of a failure, with one point, repeats it
 *   EXOLEDGER_POINTS   fault points for each test
 */
enum {
    SCENARIOS = 64,
    FEWEST_STEPS = 3,
    MORE_STEPS = 8,
    VERIFIED = 4,
    REBUILT = 16,
    AT_THE_END = 8,
    ENDS_WITHIN = 60 /* changes after the trouble */
};

/* A kind of trouble: what fails, and what may follow. */
struct weather {
    const char *name;
    struct disk_plan plan; /* .at and, where it is 0, .times are drawn */
    bool power_stays;      /* only the process ends */
    bool one_step;         /* of the long ones, by itself */
    bool may_lose;         /* no program survives it: then it has to be said loudly */
    bool dark_recovery;    /* the process ends, and power is lost while the next one begins */
};

struct point {
    const struct weather *weather;
    uint64_t seed;
    uint64_t draws;
    size_t scenario;
    int64_t at;
    int64_t met; /* how many calls met trouble */
    bool recovers;
};

/* What makes many calls, so that trouble rarely meets one of its own. */
static const enum storm_step long_steps[] = {STEP_ERASE, STEP_GROUP, STEP_INIT, STEP_BACKUP,
                                             STEP_REBUILD};
enum { LONG_STEPS = sizeof long_steps / sizeof *long_steps };

static struct storm storm;
static int64_t calls[SCENARIOS + LONG_STEPS][DISK_CALLS];
static int64_t told[5];
static int64_t lost_loudly;

/* The scenarios behind the drawn ones are a long step and something after it. */
static void play_scenario(size_t scenario)
{
    if (scenario < SCENARIOS) {
        storm_play(&storm, FEWEST_STEPS + scenario % MORE_STEPS);
        return;
    }
    storm_do(&storm, long_steps[scenario - SCENARIOS]);
    if (!disk_has_stopped())
        storm_do(&storm, STEP_REGISTER);
}

/* Without trouble, once: how many calls a scenario makes, and that all of it works. */
static void count_calls(size_t scenario)
{
    if (calls[scenario][DISK_WRITE])
        return;
    storm_begin(&storm, scenario);
    disk_plan(NULL);
    bool holds = storm_open(&storm);
    play_scenario(scenario);
    storm_leave(&storm);
    for (size_t i = 0; i < DISK_CALLS; i++)
        calls[scenario][i] = disk_calls(1U << i);
    for (size_t i = 0; i < storm.count; i++)
        if (storm.asked[i].word == TOLD_FAILED || storm.asked[i].word == TOLD_UNKNOWN)
            fail_msg("Scenario %zu without trouble: %s.", scenario, storm.last.text);
    holds = holds && !storm.failures && storm_open(&storm) && storm_holds(&storm, true) &&
            storm_rebuilds(&storm);
    if (!holds || *storm.why)
        fail_msg("Scenario %zu without trouble: %s %s %s", scenario, storm.why,
                 storm.work.fault.text, storm.last.text);
    storm_leave(&storm);
}

static int64_t calls_of(size_t scenario, unsigned kinds)
{
    int64_t sum = 0;
    for (size_t i = 0; i < DISK_CALLS; i++)
        sum += kinds >> i & 1 ? calls[scenario][i] : 0;
    return sum;
}

static bool is_loud(struct point *point)
{
    if (!point->weather->may_lose || storm.work.fault.kind != FAULT_STORAGE)
        return false;
    lost_loudly++;
    return true;
}

static void stop_here(void)
{
    const struct disk_plan stop = {.trouble = TROUBLE_STOP, .kinds = DISK_CHANGES, .at = 1};
    disk_plan(&stop);
}

static enum disk_loss draw_loss(struct point *point)
{
    bool fails_only = point->weather->plan.trouble != TROUBLE_STOP;
    if (point->weather->dark_recovery)
        return point->recovers ? (enum disk_loss)(1 + demo_below(&point->draws, LOSS_COUNT - 1))
                               : LOSS_NONE;
    if (point->weather->power_stays || (fails_only && demo_below(&point->draws, 3) == 0))
        return LOSS_NONE;
    return (enum disk_loss)demo_below(&point->draws, LOSS_COUNT);
}

static void restart(struct point *point)
{
    storm_leave(&storm);
    enum disk_loss loss = draw_loss(point);
    disk_restart(loss, demo_draw(&point->draws));
}

static void fail_in_trouble(struct point *point)
{
    struct disk_plan plan = point->weather->plan;
    count_calls(point->scenario);
    int64_t among = calls_of(point->scenario, plan.kinds) / (plan.ending ? 4 : 1);
    plan.at = point->at = 1 + (int64_t)demo_below(&point->draws, (size_t)among + 1);
    if (demo_below(&point->draws, AT_THE_END) == 0)
        plan.at = point->at = among * 2;
    if (plan.trouble != TROUBLE_STOP && demo_below(&point->draws, 2))
        plan.then_stop = 1 + (int64_t)demo_below(&point->draws, ENDS_WITHIN);
    storm_begin(&storm, point->scenario);
    disk_plan(&plan);
    if (storm_open(&storm))
        play_scenario(point->scenario);
    point->met = disk_troubled();
    if (!disk_has_stopped() && demo_below(&point->draws, 2))
        stop_here();
    restart(point);
}

/* A second crash, while the record is opened and asked again. */
static void fail_in_recovery(struct point *point)
{
    const struct disk_plan plan = {.trouble = TROUBLE_STOP,
                                   .kinds = DISK_CHANGES,
                                   .at = 1 + (int64_t)demo_below(&point->draws, 40)};
    point->recovers = true;
    disk_plan(&plan);
    if (storm_open(&storm))
        storm_settle(&storm);
    if (disk_has_stopped())
        *storm.why = '\0';
    restart(point);
}

/* By the command line or, which also finishes erasures, by a server. */
static bool open_again(struct point *point)
{
    bool serves = demo_below(&point->draws, 2);
    return (storm_open(&storm) && (!serves || erasure_finish_all(&storm.work))) || is_loud(point) ||
           storm_wrong(&storm, "the record cannot be opened: %s", storm.work.fault.text);
}

/* A disk that lied about the tables is found by verify alone. */
static bool is_found_out(struct point *point)
{
    if (!point->weather->may_lose || storm_verifies(&storm))
        return false;
    *storm.why = '\0';
    lost_loudly++;
    return true;
}

/* A backup on a disk that lied: whoever opens it is told. */
static bool is_held(struct point *point, bool whole)
{
    if (storm_holds(&storm, whole))
        return true;
    if (!point->weather->may_lose || !storm.copy_refused)
        return false;
    *storm.why = '\0';
    lost_loudly++;
    return true;
}

static bool goes_on(void)
{
    size_t before = storm.count;
    storm_do(&storm, STEP_REGISTER);
    return storm.count == before || storm.asked[before].word == TOLD_STORED ||
           storm_wrong(&storm, "nothing can be written any more: %s", storm.last.text);
}

/* All tables are held against the entries at some points only: it takes longer than all else. */
static bool is_verified(struct point *point)
{
    return demo_below(&point->draws, VERIFIED) == 0;
}

static bool recover(struct point *point)
{
    bool is_rebuilt = demo_below(&point->draws, REBUILT) == 0;
    if (!open_again(point))
        return false;
    if (storm.work.fault.kind != FAULT_NONE || is_found_out(point))
        return true;
    bool ends_at_once = demo_below(&point->draws, 2);
    if (!is_held(point, is_verified(point)) || !storm_settle(&storm) ||
        (!ends_at_once && !goes_on()) || (is_rebuilt && !storm_rebuilds(&storm)))
        return false;
    for (size_t i = 0; i < storm.count; i++)
        told[storm.asked[i].word]++;
    stop_here();
    storm_leave(&storm);
    disk_restart(LOSS_ALL, 1);
    if (!open_again(point))
        return false;
    return storm.work.fault.kind != FAULT_NONE || is_found_out(point) ||
           is_held(point, is_verified(point));
}

static bool play_point(struct point *point)
{
    point->draws = point->seed * 2 + 1;
    demo_draw(&point->draws);
    point->scenario = point->weather->one_step ? SCENARIOS + demo_below(&point->draws, LONG_STEPS)
                                               : demo_below(&point->draws, SCENARIOS);
    fail_in_trouble(point);
    if (!*storm.why && (point->weather->dark_recovery || demo_below(&point->draws, 3) == 0))
        fail_in_recovery(point);
    bool held = !*storm.why && recover(point);
    storm_leave(&storm);
    return held && !*storm.why;
}

static int64_t number_of(const char *variable, int64_t usual)
{
    const char *text = getenv(variable);
    return text && *text ? strtoll(text, NULL, 10) : usual;
}

static uint64_t first_seed(void)
{
    static uint64_t seed;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (!seed)
        seed = (uint64_t)number_of("EXOLEDGER_SEED", (int64_t)now.tv_nsec << 8 | 1);
    return seed;
}

static void play(const struct weather *weather, size_t kinds)
{
    int64_t points = number_of("EXOLEDGER_POINTS", demo_is_long() ? 4000 : 25);
    int64_t met = 0;
    memset(told, 0, sizeof told);
    lost_loudly = 0;
    for (int64_t i = 0; i < points; i++) {
        struct point point = {.seed = first_seed() + (uint64_t)i};
        point.weather = &weather[point.seed % kinds];
        if (!play_point(&point))
            fail_msg("%s at call %lld of scenario %zu: %s (EXOLEDGER_SEED=%llu "
                     "EXOLEDGER_POINTS=1 repeats it)",
                     point.weather->name, (long long)point.at, point.scenario, storm.why,
                     (unsigned long long)point.seed);
        met += point.met > 0;
    }
    print_message("%lld fault points from seed %llu, trouble met at %lld; %lld stored, %lld refused"
                  ", %lld lost and said so\n",
                  (long long)points, (unsigned long long)first_seed(), (long long)met,
                  (long long)told[TOLD_STORED], (long long)told[TOLD_REFUSED],
                  (long long)lost_loudly);
    assert_true(points == 1 || met > points / 8);
}

#define PLAY(weathers) play(weathers, sizeof weathers / sizeof *weathers)
#define ON(call) (1U << DISK_##call)

static void a_killed_process_loses_nothing(void **state)
{
    (void)state;
    static const struct weather kill[] = {{.name = "kill -9",
                                           .plan = {.trouble = TROUBLE_STOP, .kinds = DISK_CHANGES},
                                           .power_stays = true}};
    PLAY(kill);
}

static void a_loss_of_power_loses_nothing_acknowledged(void **state)
{
    (void)state;
    static const struct weather dark[] = {
        {.name = "a loss of power", .plan = {.trouble = TROUBLE_STOP, .kinds = DISK_CHANGES}}};
    PLAY(dark);
}

static void a_sync_that_fails_is_unknown_and_loses_nothing(void **state)
{
    (void)state;
    static const struct weather failing[] = {
        {.name = "EIO once on a sync",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = DISK_SYNCS, .times = 1, .error = EIO}},
        {.name = "EIO always on syncs",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = DISK_SYNCS, .error = EIO}},
        {.name = "EIO twice on syncs",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = DISK_SYNCS, .times = 2, .error = EIO}},
        {.name = "EIO once on the sync of a file",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = ON(SYNC), .times = 1, .error = EIO},
         .power_stays = true},
        {.name = "EIO once on the sync of a folder",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = ON(SYNC_FOLDER), .times = 1, .error = EIO}},
        {.name = "EIO on syncs, and the power goes while the next process begins",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = DISK_SYNCS, .error = EIO},
         .dark_recovery = true},
        {.name = "slow syncs",
         .plan = {.trouble = TROUBLE_SLOW, .kinds = DISK_SYNCS, .times = 3, .usec = 300}},
    };
    PLAY(failing);
}

static void a_write_that_fails_loses_nothing(void **state)
{
    (void)state;
    enum { WRITES = 1 << DISK_WRITE | 1 << DISK_CUT, NAMES = 1 << DISK_OPEN | 1 << DISK_RENAME };
    static const struct weather failing[] = {
        {.name = "a full disk",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = WRITES, .error = ENOSPC}},
        {.name = "a full disk for a while",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = WRITES, .times = 3, .error = ENOSPC}},
        {.name = "a short write",
         .plan = {.trouble = TROUBLE_SHORT, .kinds = ON(WRITE), .times = 1, .error = EIO}},
        {.name = "a short write on a full disk",
         .plan = {.trouble = TROUBLE_SHORT, .kinds = ON(WRITE), .error = ENOSPC}},
        {.name = "EIO once on a write",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = WRITES, .times = 1, .error = EIO}},
        {.name = "EFBIG",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = WRITES, .times = 2, .error = EFBIG}},
        {.name = "EDQUOT",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = WRITES | NAMES, .error = EDQUOT}},
        {.name = "EROFS",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = DISK_CHANGES, .error = EROFS}},
        {.name = "EMFILE",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = ON(OPEN), .times = 2, .error = EMFILE}},
        {.name = "a name that cannot be changed",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = NAMES | ON(REMOVE), .times = 1, .error = EIO}},
    };
    PLAY(failing);
}

static void a_read_that_fails_loses_nothing(void **state)
{
    (void)state;
    static const struct weather failing[] = {
        {.name = "EIO once on a read",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = ON(READ), .times = 1, .error = EIO}},
        {.name = "EIO on reads",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = ON(READ), .times = 5, .error = EIO}},
    };
    PLAY(failing);
}

static void a_long_step_is_all_or_nothing(void **state)
{
    (void)state;
    static const struct weather mixed[] = {
        {.name = "kill -9 in one step",
         .plan = {.trouble = TROUBLE_STOP, .kinds = DISK_CHANGES},
         .one_step = true,
         .power_stays = true},
        {.name = "a loss of power in one step",
         .plan = {.trouble = TROUBLE_STOP, .kinds = DISK_CHANGES},
         .one_step = true},
        {.name = "EIO on a sync in one step",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = DISK_SYNCS, .times = 1, .error = EIO},
         .one_step = true},
        {.name = "a full disk in one step",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = DISK_CHANGES, .times = 2, .error = ENOSPC},
         .one_step = true},
        {.name = "EIO on a read in one step",
         .plan = {.trouble = TROUBLE_ERROR, .kinds = ON(READ), .times = 1, .error = EIO},
         .one_step = true},
    };
    PLAY(mixed);
}

/* The head beside the database is synced: what the database lost is known. */
static void a_database_whose_syncs_lie_is_found_out(void **state)
{
    (void)state;
    static const struct weather lying[] = {
        {.name = "lying syncs of the log",
         .plan = {.trouble = TROUBLE_LIE, .kinds = ON(SYNC), .ending = "-wal"},
         .may_lose = true},
        {.name = "a lying sync of the log",
         .plan = {.trouble = TROUBLE_LIE, .kinds = ON(SYNC), .times = 1, .ending = "-wal"},
         .may_lose = true},
        {.name = "lying syncs of the database",
         .plan = {.trouble = TROUBLE_LIE, .kinds = ON(SYNC), .ending = ".db"},
         .may_lose = true},
    };
    PLAY(lying);
}

/* A request whose key is in place and whose folder was not synced is asked again; power is lost
 * between its commit and the head. */
static void a_key_that_may_be_lost_is_made_durable_before_its_use(void **state)
{
    (void)state;
    const struct disk_plan failing = {
        .trouble = TROUBLE_ERROR, .kinds = ON(SYNC_FOLDER), .at = 1, .times = 1, .error = EIO};
    const struct disk_plan before_head = {
        .trouble = TROUBLE_STOP, .kinds = ON(RENAME), .at = 1, .ending = "head.json"};
    storm_begin(&storm, 1);
    storm_do(&storm, STEP_GROUP); /* the server keeps the log: who makes one syncs the folder */
    size_t asked = storm.count;
    disk_plan(&failing);
    storm_do(&storm, STEP_REGISTER);
    assert_int_equal(storm.asked[asked].word, TOLD_FAILED);
    disk_plan(&before_head);
    storm_ask(&storm, &storm.asked[asked]);
    assert_true(disk_has_stopped());
    storm_leave(&storm);
    disk_restart(LOSS_NAMES, 1);
    bool held = storm_open(&storm) && storm_settle(&storm) && storm_holds(&storm, true);
    storm_leave(&storm);
    if (!held)
        fail_msg("%s", storm.why);
}

static int prepare(void **state)
{
    (void)state;
    storm_prepare();
    return 0;
}

static int forget(void **state)
{
    (void)state;
    storm_forget();
    return 0;
}

/* The name of a test as an argument plays that one alone. */
int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_process_loses_nothing),
        cmocka_unit_test(a_loss_of_power_loses_nothing_acknowledged),
        cmocka_unit_test(a_sync_that_fails_is_unknown_and_loses_nothing),
        cmocka_unit_test(a_write_that_fails_loses_nothing),
        cmocka_unit_test(a_read_that_fails_loses_nothing),
        cmocka_unit_test(a_long_step_is_all_or_nothing),
        cmocka_unit_test(a_database_whose_syncs_lie_is_found_out),
        cmocka_unit_test(a_key_that_may_be_lost_is_made_durable_before_its_use),
    };
    if (count > 1)
        cmocka_set_test_filter(words[1]);
    return cmocka_run_group_tests_name("a record on a failing disk", tests, prepare, forget);
}
