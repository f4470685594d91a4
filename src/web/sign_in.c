/* sign_in.c: sessions over HTTP: a cookie that scripts cannot read, and a proof beside it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/sign_in.h"

#include "base/time.h"
#include "web/clerk.h"

#include <string.h>

struct log_in {
    const char *account;
    const char *secret;
    const char *site;
};
static const struct field log_in_fields[] = {
    FIELD(struct log_in, account, .required = true, .help = "Account"),
    FIELD(struct log_in, secret, .required = true, .longest = 1000, .help = "Its secret"),
    FIELD(struct log_in, site, .help = "Site to act for; the first one if left out"),
};
const struct schema sign_in_schema = SCHEMA("log_in", struct log_in, log_in_fields);

bool sign_in_cookie(struct arena *arena, struct fault *fault, const char *header,
                    const char **token)
{
    const size_t length = strlen(SIGN_IN_COOKIE);
    *token = NULL;
    while (header && *header) {
        header += strspn(header, " ;");
        size_t size = strcspn(header, ";");
        if (size > length && header[length] == '=' &&
            strncmp(header, SIGN_IN_COOKIE, length) == 0) {
            if (*token)
                return fail(fault, FAULT_INPUT, "",
                            "The session cookie came twice; delete the "
                            "cookies of this place and sign in again.");
            *token = arena_text(arena, header + length + 1, size - length - 1);
        }
        header += size;
    }
    return true;
}

static const char *pair_of(struct job *job, const char *account)
{
    return arena_print(job->arena, "%s %s", job->address, account);
}

bool sign_in_may_try(struct job *job, const char *account)
{
    struct attempts *attempts = job->service->attempts;
    struct fault *fault = &job->work.fault;
    int64_t now_usec = stopwatch_usec();
    return attempt_allowed(attempts, fault, ATTEMPT_PAIR, pair_of(job, account), now_usec) &&
           attempt_allowed(attempts, fault, ATTEMPT_ACCOUNT, account, now_usec) &&
           attempt_allowed(attempts, fault, ATTEMPT_ADDRESS, job->address, now_usec);
}

void sign_in_tried(struct job *job, const char *account, bool right)
{
    struct attempts *attempts = job->service->attempts;
    int64_t now_usec = stopwatch_usec();
    if (right) {
        attempt_forgive(attempts, ATTEMPT_PAIR, pair_of(job, account));
        return;
    }
    attempt_failed(attempts, ATTEMPT_PAIR, pair_of(job, account), now_usec);
    attempt_failed(attempts, ATTEMPT_ACCOUNT, account, now_usec);
    attempt_failed(attempts, ATTEMPT_ADDRESS, job->address, now_usec);
}

/* So that pages offer what would not be refused. */
static void add_permissions(struct text *out, const struct actor *actor)
{
    bool first = true;
    text_add(out, ",\"permissions\":[");
    for (enum permission permission = PERMISSION_UNSET + 1; permission < PERMISSION_COUNT;
         permission++) {
        if (!actor->permitted[permission])
            continue;
        text_add(out, first ? "" : ",");
        json_add_text(out, permission_word(permission));
        first = false;
    }
    text_add(out, "]");
}

/* Who am I, and the proof that must come with every change. */
static void tell_session(struct job *job)
{
    const struct actor *actor = &job->actor;
    struct text *out = &job->reply.text;
    size_t count = 0;
    const char **roles = text_split(job->arena, actor->roles, ' ', &count);
    *out = text_open(job->arena);
    text_print(out, "{%s\"account\":", job->service->record->demo ? "\"demo\":true," : "");
    json_add_text(out, actor->account);
    text_add(out, ",\"name\":");
    json_add_text(out, actor->name ? actor->name : "");
    text_add(out, ",\"site\":");
    json_add_text(out, actor->site ? actor->site : "");
    text_add(out, ",\"roles\":[");
    for (size_t i = 0; i < count; i++) {
        text_add(out, i ? "," : "");
        json_add_text(out, roles[i]);
    }
    text_add(out, "]");
    add_permissions(out, actor);
    text_add(out, ",\"now\":");
    json_add_text(out, instant_print(job->arena, job->work.now_usec));
    if (job->token) {
        text_add(out, ",\"csrf\":");
        json_add_text(out, session_proof(&job->work, job->token));
        text_add(out, ",\"ends\":");
        json_add_text(out, instant_print(job->arena, session_end(&job->session).usec));
    }
    text_add(out, "}");
}

static void set_cookie(struct job *job, const char *value, int seconds)
{
    job->set_cookie =
        arena_print(job->arena,
                    "%s=%s; HttpOnly; SameSite=Strict; Path=/; "
                    "Max-Age=%d%s",
                    SIGN_IN_COOKIE, value, seconds, job->service->encrypted ? "; Secure" : "");
}

static bool read_log_in(struct job *job)
{
    const char *bytes = NULL;
    const struct json *object = NULL;
    struct log_in log_in = {0};
    struct fault *fault = &job->work.fault;
    if (!text_is_empty(job->query))
        return fail(fault, FAULT_INPUT, "",
                    "This address takes no query; send account and secret "
                    "in the body as JSON.");
    if (!body_read(&job->body, fault, &bytes) ||
        !json_parse(job->arena, fault, bytes, job->body.size, &object) ||
        !schema_decode_json(job->arena, fault, &sign_in_schema, object, &log_in))
        return false;
    job->credential = (struct credential){log_in.account, log_in.secret};
    job->site = log_in.site;
    return true;
}

static void begin_log_in(struct job *job)
{
    if (read_log_in(job)) {
        job->secrets_due = true;
        if (queue_push(job->service->slow, job))
            return;
        fail(&job->work.fault, FAULT_TOO_OFTEN, "",
             "Too many people sign in at this moment; try "
             "again in a few seconds.");
    }
    job_answer(job);
}

void sign_in_check(struct job *job)
{
    const struct credential *given = &job->credential;
    if (sign_in_may_try(job, given->account)) {
        bool right = actor_check_secret(&job->work, given->account, given->secret, "");
        if (right || job->work.fault.kind == FAULT_SIGN_IN)
            sign_in_tried(job, given->account, right);
        if (right && permission_grant(&job->work, given->account, job->site, &job->actor)) {
            clerk_submit(job, CHANGE_SIGN_IN);
            return;
        }
    }
    job_answer(job);
}

bool sign_in_write(struct job *job)
{
    if (job->change == CHANGE_TOUCH)
        return session_touch(&job->work, job->session.hash);
    if (job->change == CHANGE_SIGN_OUT) {
        set_cookie(job, "", 0);
        job->reply.text = text_open(job->arena);
        text_print(&job->reply.text, "{%s\"signed_out\":true}",
                   job->service->record->demo ? "\"demo\":true," : "");
        return session_close(&job->work, job->session.hash);
    }
    if (!session_open(&job->work, job->actor.account, job->actor.site, &job->session, &job->token))
        return false;
    tell_session(job);
    set_cookie(job, job->token, SESSION_HOURS * 3600);
    return true;
}

void sign_in_handle(struct job *job)
{
    if (text_equals(job->method, "POST")) {
        begin_log_in(job);
        return;
    }
    if (clerk_identify(job)) {
        if (!text_equals(job->method, "DELETE")) {
            tell_session(job);
        } else if (job->token) {
            clerk_submit(job, CHANGE_SIGN_OUT);
            return;
        } else {
            fail(&job->work.fault, FAULT_INPUT, "",
                 "A token is not signed out; it ends when it "
                 "expires or is revoked.");
        }
    }
    job_answer(job);
}
