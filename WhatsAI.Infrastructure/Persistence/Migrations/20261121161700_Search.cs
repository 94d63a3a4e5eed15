using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <summary>What docs/search.md tells of. Every step may be done again: the indexes are made beside the work, so outside a transaction.</summary>
    public partial class Search : Migration
    {
        private static readonly (string Name, string On)[] Indexes =
        [
            // Never of a part of the table: then its statistics would not be asked how frequent a word is.
            ("ix_messages_search", "messages USING gin (search_message(tenant_id, sent_at, text)) WITH (gin_pending_list_limit = 1024)"),
            ("ix_contacts_search", "contacts USING gin (search_person(name, push_name, phone))"),
            ("ix_conversations_search", "conversations USING gin (search_title(title)) WHERE title IS NOT NULL"),
        ];

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                CREATE OR REPLACE FUNCTION search_fold(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
                RETURN translate(
                    regexp_replace(normalize(lower(left(words, 20000)), NFKD), '[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]', '', 'g'),
                    'øłđı@./\:-_+&<~''',
                    'oldi            ');

                CREATE OR REPLACE FUNCTION search_day(tenant uuid, day date) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
                RETURN '@' || tenant::text || '.' || (day - date '2000-01-01')::text;

                CREATE OR REPLACE FUNCTION search_message(tenant uuid, sent_at timestamptz, words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
                RETURN to_tsvector('pg_catalog.simple', search_fold(words)) || array_to_tsvector(ARRAY[search_day(tenant, (sent_at AT TIME ZONE 'UTC')::date)]);

                CREATE OR REPLACE FUNCTION search_title(title text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
                RETURN to_tsvector('pg_catalog.simple', search_fold(title));

                CREATE OR REPLACE FUNCTION search_eight(phone text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
                RETURN regexp_replace(phone, '^(\+55\d\d)9([6-9]\d{7})$', '\1\2');

                CREATE OR REPLACE FUNCTION search_person(name text, push_name text, phone text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
                RETURN to_tsvector('pg_catalog.simple', search_fold(coalesce(name, '') || ' ' || coalesce(push_name, '')))
                    || CASE WHEN phone IS NULL THEN ''::tsvector ELSE array_to_tsvector(ARRAY[
                        '#' || substr(phone, 2), '#' || substr(phone, 3), '#' || substr(phone, 4), '#' || substr(phone, 5), '#' || substr(phone, 6), '#' || substr(phone, 7),
                        '#' || substr(phone, 8), '#' || substr(phone, 9), '#' || substr(phone, 10), '#' || substr(phone, 11), '#' || substr(phone, 12),
                        '#' || substr(search_eight(phone), 2), '#' || substr(search_eight(phone), 3), '#' || substr(search_eight(phone), 4),
                        '#' || substr(search_eight(phone), 5)]) END;

                CREATE OR REPLACE FUNCTION search_terms(words text, open_end boolean, open_from int) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
                RETURN (
                    SELECT (array_agg('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || ''''
                        || CASE WHEN open_end AND n = last AND length(lexeme) >= open_from THEN ':*' ELSE '' END ORDER BY n, lexeme))[1:8]
                    FROM (
                        SELECT piece, n, max(n) OVER () AS last
                        FROM unnest(string_to_array(btrim(search_fold(words)), ' ')) WITH ORDINALITY AS p (piece, n) WHERE piece <> ''
                    ) pieces CROSS JOIN unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', piece))) AS lexeme
                );
                """
            );
            migrationBuilder.Sql(
                """
                CREATE OR REPLACE FUNCTION search_messages(
                    words text, open_end boolean, numbers uuid[], number uuid, author uuid, label uuid, direction text, kinds text[],
                    since timestamptz, until timestamptz, before_at timestamptz, before_id uuid, size int
                ) RETURNS TABLE (id uuid, sent_at timestamptz)
                LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 50
                SET search_path = pg_catalog, pg_temp SET work_mem = '64MB' SET enable_seqscan = off SET max_parallel_workers_per_gather = 0 SET jit = off
                AS $search$
                #variable_conflict use_variable
                DECLARE
                    tenant CONSTANT uuid := nullif(current_setting('app.tenant', true), '')::uuid;
                    terms CONSTANT text[] := public.search_terms(words, open_end, 3);
                    wanted CONSTANT text := array_to_string(terms, ' & ');
                    begun CONSTANT timestamptz := clock_timestamp();
                    estimate CONSTANT text := 'EXPLAIN (FORMAT JSON) SELECT FROM public.messages m WHERE public.search_message(m.tenant_id, m.sent_at, m.text) @@ %L::tsquery';
                    page text;
                    term text;
                    rarest text;
                    plan json;
                    expected float8 := 'infinity';
                    first_day date;
                    day date;
                    upto date;
                    days text;
                    step int := 1;
                    found_rows int := 0;
                    n int;
                    counted boolean := false;
                    at timestamptz;
                    took interval;
                BEGIN
                    IF tenant IS NULL OR terms IS NULL THEN
                        RETURN;
                    END IF;

                    page := format(
                        $page$
                        SELECT m.id, m.sent_at FROM public.messages m
                        WHERE public.search_message(m.tenant_id, m.sent_at, m.text) @@ %%L::tsquery AND m.tenant_id = %L
                            AND (m.sent_at, m.id) < ($1, $2) AND m.sent_at >= $3 AND m.deleted_at IS NULL AND m.kind <> 'Line' %s
                        ORDER BY m.sent_at DESC, m.id DESC LIMIT $4
                        $page$,
                        tenant,
                        CASE WHEN number IS NULL THEN '' ELSE ' AND m.instance_id = $5' END
                            || CASE WHEN author IS NULL THEN '' ELSE ' AND m.author_id = $6' END
                            || CASE WHEN label IS NULL THEN '' ELSE
                                ' AND EXISTS (SELECT FROM public.conversation_labels l WHERE l.tenant_id = m.tenant_id AND l.conversation_id = m.conversation_id AND l.label_id = $10)' END
                            || CASE WHEN direction IS NULL THEN '' ELSE ' AND m.direction = $7' END
                            || CASE WHEN kinds IS NULL THEN '' ELSE ' AND m.kind = ANY ($8)' END
                            || CASE WHEN numbers IS NULL THEN '' ELSE
                                ' AND (SELECT c.instance_id FROM public.conversations c WHERE c.tenant_id = m.tenant_id AND c.id = m.conversation_id) = ANY ($9)' END
                    );
                    before_id := CASE WHEN until <= coalesce(before_at, 'infinity') THEN '00000000-0000-0000-0000-000000000000'
                        ELSE coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') END;
                    before_at := least(coalesce(before_at, 'infinity'), coalesce(until, 'infinity'));
                    since := coalesce(since, '-infinity');

                    -- Never the product of all: words that are often together would seem rare.
                    FOREACH term IN ARRAY terms LOOP
                        EXECUTE format(estimate, term) INTO plan;
                        IF (plan -> 0 -> 'Plan' ->> 'Plan Rows')::float8 < expected THEN
                            expected := plan -> 0 -> 'Plan' ->> 'Plan Rows';
                            rarest := term;
                        END IF;
                    END LOOP;

                    IF expected <= 8000 THEN
                        RETURN QUERY EXECUTE format(page, wanted) USING before_at, before_id, since, size, number, author, direction, kinds, numbers, label;
                        RETURN;
                    END IF;

                    first_day := greatest(date '2009-01-01', CASE WHEN isfinite(since) THEN (since AT TIME ZONE 'UTC')::date END);
                    SELECT max(h.last_at) INTO at FROM unnest(ARRAY['Person', 'Group']) k (kind) CROSS JOIN unnest(ARRAY['Open', 'Pending', 'Snoozed', 'Resolved']) s (status)
                        CROSS JOIN LATERAL (
                            SELECT x.last_at FROM public.conversation_heads x WHERE x.tenant_id = tenant AND x.kind = k.kind AND x.status = s.status
                            ORDER BY x.last_at DESC, x.conversation_id DESC LIMIT 1
                        ) h;
                    IF at IS NULL THEN
                        RETURN;
                    END IF;

                    upto := (least(at, before_at, begun + interval '1 day') AT TIME ZONE 'UTC')::date;
                    -- As many days at once as probably fill the page.
                    EXECUTE format(estimate, '(' || rarest || ') & ''' || public.search_day(tenant, upto) || '''') INTO plan;
                    step := least(greatest(ceil(3 * size / greatest((plan -> 0 -> 'Plan' ->> 'Plan Rows')::float8, 1)), 1), 16);
                    WHILE upto >= first_day LOOP
                        day := greatest(upto - step + 1, first_day);
                        SELECT string_agg('''' || public.search_day(tenant, day + i) || '''', ' | ') FROM generate_series(0, upto - day) i INTO days;
                        at := clock_timestamp();
                        RETURN QUERY EXECUTE format(page, '(' || wanted || ') & (' || days || ')')
                            USING before_at, before_id, since, size - found_rows, number, author, direction, kinds, numbers, label;
                        GET DIAGNOSTICS n = ROW_COUNT;
                        found_rows := found_rows + n;
                        upto := day - 1;
                        took := clock_timestamp() - at;
                        EXIT WHEN found_rows >= size OR upto < first_day;
                        -- Frequent words that are seldom together: then they are looked for at once.
                        IF cardinality(terms) > 1 AND NOT counted THEN
                            counted := true;
                            EXECUTE format(
                                'SELECT count(*) FROM (SELECT FROM public.messages m WHERE public.search_message(m.tenant_id, m.sent_at, m.text) @@ %L::tsquery LIMIT 8001) c',
                                wanted
                            ) INTO n;
                            IF n <= 8000 THEN
                                RETURN QUERY EXECUTE format(page, wanted)
                                    USING least(before_at, day::timestamp AT TIME ZONE 'UTC'), CASE WHEN before_at < day::timestamp AT TIME ZONE 'UTC' THEN before_id
                                        ELSE '00000000-0000-0000-0000-000000000000' END, since, size - found_rows, number, author, direction, kinds, numbers, label;
                                RETURN;
                            END IF;
                        END IF;

                        IF clock_timestamp() - begun > interval '150 milliseconds' THEN
                            RETURN QUERY SELECT NULL::uuid, day::timestamp AT TIME ZONE 'UTC';
                            RETURN;
                        END IF;

                        step := CASE
                            WHEN took < interval '5 milliseconds' THEN least(step * 4, 64)
                            WHEN took < interval '20 milliseconds' THEN least(step * 4, 16)
                            WHEN took > interval '60 milliseconds' THEN greatest(step / 2, 1)
                            ELSE step
                        END;
                    END LOOP;
                END
                $search$;
                """
            );
            migrationBuilder.Sql(
                """
                CREATE OR REPLACE FUNCTION search_people(
                    words text, digits text[], numbers uuid[], number uuid, assignee uuid, label uuid, size int
                ) RETURNS TABLE (id uuid, last_at timestamptz)
                LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 20
                SET search_path = pg_catalog, pg_temp SET work_mem = '64MB' SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET max_parallel_workers_per_gather = 0 SET jit = off
                AS $search$
                #variable_conflict use_variable
                DECLARE
                    tenant CONSTANT uuid := nullif(current_setting('app.tenant', true), '')::uuid;
                    terms CONSTANT text[] := public.search_terms(words, false, 1);
                    wanted text;
                    part text;
                    plan json;
                    filter text;
                    source text;
                    seen uuid[] := '{}';
                    one record;
                BEGIN
                    IF tenant IS NULL OR terms IS NULL THEN
                        RETURN;
                    END IF;

                    FOREACH part IN ARRAY terms LOOP
                        -- Names are known by their beginnings. Digits are a word of a name, or a part of a phone number.
                        wanted := concat_ws(' & ', wanted, CASE
                            WHEN part ~ '^''\d{3,15}''$' THEN format('(%s:* | ''#%s'':*)', part, substring(part FROM '\d+'))
                            WHEN length(part) > 3 THEN part || ':*'
                            ELSE part
                        END);
                    END LOOP;

                    FOREACH part IN ARRAY coalesce(digits, '{}') LOOP
                        IF part ~ '^\d{3,15}$' THEN
                            wanted := format('(%s) | ''#%s'':*', wanted, part);
                        END IF;
                    END LOOP;

                    IF number IS NOT NULL THEN
                        numbers := CASE WHEN numbers IS NULL OR number = ANY (numbers) THEN ARRAY[number] ELSE '{}' END;
                    END IF;

                    filter := CASE WHEN assignee IS NULL THEN '' ELSE ' AND h.assignee_id = $2' END
                        || CASE WHEN label IS NULL THEN '' ELSE
                            ' AND EXISTS (SELECT FROM public.conversation_labels l WHERE l.tenant_id = h.tenant_id AND l.conversation_id = h.conversation_id AND l.label_id = $5)' END;
                    EXECUTE format(
                        'EXPLAIN (FORMAT JSON) SELECT FROM public.contacts p WHERE public.search_person(p.name, p.push_name, p.phone) @@ %L::tsquery',
                        wanted
                    ) INTO plan;

                    -- Where very many may be called so, those of the latest conversations are looked at first. Of how many a part of a number is one, nobody knows.
                    IF (plan -> 0 -> 'Plan' ->> 'Plan Rows')::float8 > 5000 OR wanted ~ '#' THEN
                        source := format(
                            CASE WHEN numbers IS NULL THEN
                                $source$
                                unnest(ARRAY['Open', 'Pending', 'Snoozed', 'Resolved']) s (status) CROSS JOIN LATERAL (
                                    SELECT h.conversation_id, h.last_at FROM public.conversation_heads h
                                    WHERE h.tenant_id = %L AND h.kind = 'Person' AND h.status = s.status %s
                                    ORDER BY h.last_at DESC, h.conversation_id DESC LIMIT 500) h
                                $source$
                            ELSE
                                $source$
                                unnest(ARRAY['Open', 'Pending', 'Snoozed', 'Resolved']) s (status) CROSS JOIN unnest($1) AS i (id) CROSS JOIN LATERAL (
                                    SELECT h.conversation_id, h.last_at FROM public.conversation_heads h
                                    WHERE h.tenant_id = %L AND h.instance_id = i.id AND h.kind = 'Person' AND h.status = s.status %s
                                    ORDER BY h.last_at DESC, h.conversation_id DESC LIMIT 500) h
                                $source$
                            END,
                            tenant,
                            filter
                        );
                        FOR one IN EXECUTE format(
                            $walk$
                            SELECT h.conversation_id AS c, h.last_at AS l FROM (SELECT h.* FROM %1$s ORDER BY h.last_at DESC, h.conversation_id DESC LIMIT 1000) h
                            JOIN public.conversations c ON c.tenant_id = %2$L AND c.id = h.conversation_id
                            JOIN public.contacts p ON p.tenant_id = %2$L AND p.id = c.contact_id
                            WHERE p.merged_into IS NULL AND public.search_person(p.name, p.push_name, p.phone) @@ %3$L::tsquery
                            ORDER BY h.last_at DESC, h.conversation_id DESC LIMIT $3
                            $walk$,
                            source,
                            tenant,
                            wanted
                        ) USING numbers, assignee, size, NULL::uuid[], label LOOP
                            seen := seen || one.c;
                            id := one.c;
                            last_at := one.l;
                            RETURN NEXT;
                        END LOOP;
                    END IF;

                    IF cardinality(seen) < size THEN
                        RETURN QUERY EXECUTE format(
                            $all$
                            SELECT h.conversation_id, h.last_at FROM (
                                (SELECT c.id FROM public.contacts p JOIN public.conversations c ON c.tenant_id = p.tenant_id AND c.contact_id = p.id
                                WHERE p.merged_into IS NULL AND public.search_person(p.name, p.push_name, p.phone) @@ %2$L::tsquery AND p.tenant_id = %1$L LIMIT 50000)
                                UNION ALL
                                (SELECT c.id FROM public.conversations c
                                WHERE c.title IS NOT NULL AND public.search_title(c.title) @@ %2$L::tsquery AND c.tenant_id = %1$L LIMIT 50000)
                            ) f JOIN public.conversation_heads h ON h.tenant_id = %1$L AND h.conversation_id = f.id
                            WHERE ($1 IS NULL OR h.instance_id = ANY ($1)) AND NOT h.conversation_id = ANY ($4) %3$s
                            ORDER BY h.last_at DESC, h.conversation_id DESC LIMIT $3
                            $all$,
                            tenant,
                            wanted,
                            filter
                        ) USING numbers, assignee, size - cardinality(seen), seen, label;
                    END IF;
                END
                $search$;
                """
            );
            // Both read past the policies, for one tenant; the migrator lets the program's role call them.
            migrationBuilder.Sql(
                """
                REVOKE ALL ON FUNCTION search_messages(text, boolean, uuid[], uuid, uuid, uuid, text, text[], timestamptz, timestamptz, timestamptz, uuid, int) FROM PUBLIC;
                REVOKE ALL ON FUNCTION search_people(text, text[], uuid[], uuid, uuid, uuid, int) FROM PUBLIC;
                """
            );
            foreach (var (name, on) in Indexes)
            {
                // What was given up half way is there, and of no use.
                migrationBuilder.Sql($"DROP INDEX IF EXISTS {name}", suppressTransaction: true);
                migrationBuilder.Sql($"CREATE INDEX CONCURRENTLY {name} ON {on}", suppressTransaction: true);
            }

            // Which words are frequent decides how they are looked for.
            foreach (var table in new[] { "messages", "contacts", "conversations" })
            {
                migrationBuilder.Sql($"ANALYZE {table}", suppressTransaction: true);
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var (name, _) in Indexes)
            {
                migrationBuilder.Sql($"DROP INDEX {name}");
            }

            migrationBuilder.Sql(
                """
                DROP FUNCTION search_messages(text, boolean, uuid[], uuid, uuid, uuid, text, text[], timestamptz, timestamptz, timestamptz, uuid, int);
                DROP FUNCTION search_people(text, text[], uuid[], uuid, uuid, uuid, int);
                DROP FUNCTION search_terms(text, boolean, int);
                DROP FUNCTION search_person(text, text, text);
                DROP FUNCTION search_eight(text);
                DROP FUNCTION search_title(text);
                DROP FUNCTION search_message(uuid, timestamptz, text);
                DROP FUNCTION search_day(uuid, date);
                DROP FUNCTION search_fold(text);
                """
            );
        }
    }
}
