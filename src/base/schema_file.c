/* schema_file.c: where a row names files, however deep. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/schema.h"

bool schema_each_file(const struct schema *schema, const void *row,
                      const struct file_visitor *visitor)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct field *field = &schema->fields[i];
        const void *member = (const char *)row + field->offset;
        const struct file *file = member;
        const struct rows *rows = member;
        if (field->kind == FIELD_FILE && file->sha256 && !visitor->visit(visitor->context, file))
            return false;
        if (field->kind == FIELD_RECORD && !schema_each_file(field->of, member, visitor))
            return false;
        for (size_t j = 0; field->kind == FIELD_LIST && j < rows->count; j++)
            if (!schema_each_file(field->of, (const char *)rows->items + j * field->of->size,
                                  visitor))
                return false;
    }
    return true;
}

bool schema_holds_files(const struct schema *schema)
{
    for (size_t i = 0; i < schema->count; i++)
        if (schema->fields[i].kind == FIELD_FILE ||
            (schema->fields[i].of && schema_holds_files(schema->fields[i].of)))
            return true;
    return false;
}
