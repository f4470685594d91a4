/* time.c: the calendar comes from the C library (timegm, gmtime_r), the grammar is RFC 3339. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/time.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { FIRST_YEAR = 1900, LAST_YEAR = 2200, DATE_LENGTH = 10, TIME_LENGTH = 19 };

/* Reads exactly count digits. */
static bool digits(const char **at, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        *value = *value * 10 + (**at - '0');
    }
    return true;
}

static bool sign(const char **at, char expected)
{
    return *(*at)++ == expected;
}

/* True when timegm gives back the same fields: 30 February does not exist. */
static bool civil(struct tm *tm, int64_t *seconds)
{
    struct tm asked = *tm;
    time_t time = timegm(tm);
    *seconds = (int64_t)time;
    return tm->tm_year == asked.tm_year && tm->tm_mon == asked.tm_mon &&
           tm->tm_mday == asked.tm_mday && tm->tm_hour == asked.tm_hour &&
           tm->tm_min == asked.tm_min && tm->tm_sec == asked.tm_sec;
}

static bool date_fields(const char **at, struct tm *tm)
{
    int year = 0;
    int month = 0;
    if (!(digits(at, 4, &year) && sign(at, '-') && digits(at, 2, &month) && sign(at, '-') &&
          digits(at, 2, &tm->tm_mday)))
        return false;
    tm->tm_year = year - 1900;
    tm->tm_mon = month - 1;
    return year >= FIRST_YEAR && year <= LAST_YEAR;
}

bool date_parse(const char *text, int64_t *day)
{
    struct tm tm = {0};
    int64_t seconds = 0;
    const char *at = text;
    if (!text || strlen(text) != DATE_LENGTH || !date_fields(&at, &tm) || !civil(&tm, &seconds))
        return false;
    *day = seconds / 86400 - (seconds % 86400 < 0);
    return true;
}

static bool zone_fields(const char *at, int *zone_minutes)
{
    int hours = 0;
    int minutes = 0;
    if (strcmp(at, "Z") == 0) {
        *zone_minutes = 0;
        return true;
    }
    int direction = *at == '+' ? 1 : *at == '-' ? -1 : 0;
    at++;
    if (!direction || !(digits(&at, 2, &hours) && sign(&at, ':') && digits(&at, 2, &minutes)))
        return false;
    *zone_minutes = direction * (hours * 60 + minutes);
    return *at == '\0' && hours <= 14 && minutes < 60;
}

bool zone_parse(const char *text, int *zone_minutes)
{
    return text && *text && zone_fields(text, zone_minutes);
}

/* Up to six decimals of a second, as microseconds. */
static bool fraction(const char **at, int64_t *usec)
{
    int64_t unit = USEC_PER_SECOND / 10;
    *usec = 0;
    if (**at != '.')
        return true;
    (*at)++;
    if (**at < '0' || **at > '9')
        return false;
    for (; **at >= '0' && **at <= '9'; (*at)++, unit /= 10) {
        if (!unit)
            return false;
        *usec += (**at - '0') * unit;
    }
    return true;
}

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

static struct tm fields(int64_t usec)
{
    struct tm tm;
    time_t time = (time_t)floor_divide(usec, USEC_PER_SECOND);
    gmtime_r(&time, &tm);
    return tm;
}

bool instant_parse(const char *text, int64_t *usec, int *zone_minutes)
{
    struct tm tm = {0};
    int64_t seconds = 0;
    int64_t part = 0;
    const char *at = text;
    if (!text || strlen(text) <= TIME_LENGTH || !date_fields(&at, &tm) || !sign(&at, 'T'))
        return false;
    if (!(digits(&at, 2, &tm.tm_hour) && sign(&at, ':') && digits(&at, 2, &tm.tm_min) &&
          sign(&at, ':') && digits(&at, 2, &tm.tm_sec) && fraction(&at, &part)))
        return false;
    if (!zone_fields(at, zone_minutes) || !civil(&tm, &seconds))
        return false;
    *usec = seconds * USEC_PER_SECOND + part - *zone_minutes * USEC_PER_MINUTE;
    /* It is written in UTC, where the year may be another one, and must be read again from there.
     */
    int year = fields(*usec).tm_year + 1900;
    return year >= FIRST_YEAR && year <= LAST_YEAR;
}

bool instant_is_known(int64_t usec)
{
    const int years = fields(usec).tm_year + 1900;
    return years >= FIRST_YEAR && years <= LAST_YEAR;
}

char *instant_print(struct arena *arena, int64_t usec)
{
    struct tm tm = fields(usec);
    int64_t part = usec - floor_divide(usec, USEC_PER_SECOND) * USEC_PER_SECOND;
    return arena_print(arena, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year + 1900,
                       tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)part);
}

char *zone_print(struct arena *arena, int zone_minutes)
{
    int minutes = zone_minutes < 0 ? -zone_minutes : zone_minutes;
    return arena_print(arena, "%c%02d:%02d", zone_minutes < 0 ? '-' : '+', minutes / 60,
                       minutes % 60);
}

char *instant_print_zone(struct arena *arena, int64_t usec, int zone_minutes)
{
    struct tm tm = fields(usec + zone_minutes * USEC_PER_MINUTE);
    return arena_print(arena, "%04d-%02d-%02dT%02d:%02d:%02d%s", tm.tm_year + 1900, tm.tm_mon + 1,
                       tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                       zone_print(arena, zone_minutes));
}

char *date_print(struct arena *arena, int64_t day)
{
    struct tm tm = fields(day * USEC_PER_DAY);
    return arena_print(arena, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

int64_t day_of_instant(int64_t usec, int zone_minutes)
{
    return floor_divide(usec + zone_minutes * USEC_PER_MINUTE, USEC_PER_DAY);
}

int64_t stopwatch_usec(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * USEC_PER_SECOND + now.tv_nsec / 1000;
}
