using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Contacts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "consent",
                table: "contacts",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "Unknown");

            migrationBuilder.AddColumn<string>(
                name: "consent_basis",
                table: "contacts",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "consent_since",
                table: "contacts",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "consent_source",
                table: "contacts",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "erased_at",
                table: "contacts",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "fields",
                table: "contacts",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<string>(
                name: "folded_fields",
                table: "contacts",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<string>(
                name: "sort_name",
                table: "contacts",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                defaultValue: "",
                collation: "C");

            migrationBuilder.CreateTable(
                name: "consent_changes",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    contact_id = table.Column<Guid>(type: "uuid", nullable: false),
                    from_state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    to_state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    said_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    source = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    basis = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    proof = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    by_id = table.Column<Guid>(type: "uuid", nullable: true),
                    by_name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_consent_changes", x => x.id);
                    table.ForeignKey(
                        name: "fk_consent_changes_contacts_tenant_id_contact_id",
                        columns: x => new { x.tenant_id, x.contact_id },
                        principalTable: "contacts",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "contact_fields",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "character varying(720)", maxLength: 720, nullable: false),
                    name = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    folded_name = table.Column<string>(type: "character varying(720)", maxLength: 720, nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    options = table.Column<string[]>(type: "text[]", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contact_fields", x => x.id);
                    table.ForeignKey(
                        name: "fk_contact_fields_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "segments",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    folded_name = table.Column<string>(type: "character varying(1080)", maxLength: 1080, nullable: false),
                    rule = table.Column<string>(type: "jsonb", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_segments", x => x.id);
                    table.UniqueConstraint("ak_segments_tenant_id_id", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "fk_segments_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "tags",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    folded_name = table.Column<string>(type: "character varying(720)", maxLength: 720, nullable: false),
                    colour = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tags", x => x.id);
                    table.UniqueConstraint("ak_tags_tenant_id_id", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("ck_tags_colour", "colour BETWEEN 1 AND 8");
                    table.ForeignKey(
                        name: "fk_tags_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "contact_tags",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    contact_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tag_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contact_tags", x => new { x.tenant_id, x.contact_id, x.tag_id });
                    table.ForeignKey(
                        name: "fk_contact_tags_contacts_tenant_id_contact_id",
                        columns: x => new { x.tenant_id, x.contact_id },
                        principalTable: "contacts",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_contact_tags_tags_tenant_id_tag_id",
                        columns: x => new { x.tenant_id, x.tag_id },
                        principalTable: "tags",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_consent_changes_tenant_id_contact_id_id",
                table: "consent_changes",
                columns: new[] { "tenant_id", "contact_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_contact_fields_tenant_id_folded_name",
                table: "contact_fields",
                columns: new[] { "tenant_id", "folded_name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_contact_fields_tenant_id_key",
                table: "contact_fields",
                columns: new[] { "tenant_id", "key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_contact_tags_tenant_id_tag_id_contact_id",
                table: "contact_tags",
                columns: new[] { "tenant_id", "tag_id", "contact_id" });

            migrationBuilder.CreateIndex(
                name: "ix_segments_tenant_id_folded_name",
                table: "segments",
                columns: new[] { "tenant_id", "folded_name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tags_tenant_id_folded_name",
                table: "tags",
                columns: new[] { "tenant_id", "folded_name" },
                unique: true);
            TenantWall.Enable(migrationBuilder, "consent_changes", "contact_fields", "segments", "tags", "contact_tags");
            migrationBuilder.Sql(
                """
                CREATE FUNCTION contact_sort_name(name text, push_name text, phone text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
                RETURN left(btrim(search_fold(btrim(coalesce(name, push_name, phone, '')))), 100);

                CREATE FUNCTION keep_contact_sort_name() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $keep$
                BEGIN
                    NEW.sort_name := public.contact_sort_name(NEW.name, NEW.push_name, NEW.phone);
                    RETURN NEW;
                END
                $keep$;

                CREATE TRIGGER keep_sort_name BEFORE INSERT OR UPDATE OF name, push_name, phone, sort_name ON contacts
                    FOR EACH ROW EXECUTE FUNCTION keep_contact_sort_name();

                CREATE FUNCTION search_contact(name text, push_name text, phone text, fields jsonb) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
                RETURN search_person(name, push_name, phone)
                    || to_tsvector('pg_catalog.simple', search_fold(coalesce((SELECT string_agg(value, ' ') FROM jsonb_each_text(fields)), '')));

                CREATE FUNCTION search_contacts(words text, digits text[], tags uuid[], after_name text, after_id uuid, size int)
                RETURNS TABLE (id uuid, sort_name text)
                LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 100
                SET search_path = pg_catalog, pg_temp SET work_mem = '64MB' SET enable_seqscan = off SET max_parallel_workers_per_gather = 0 SET jit = off
                AS $search$
                #variable_conflict use_variable
                DECLARE
                    tenant CONSTANT uuid := nullif(current_setting('app.tenant', true), '')::uuid;
                    terms CONSTANT text[] := public.search_terms(words, false, 1);
                    wanted text;
                    part text;
                BEGIN
                    IF tenant IS NULL OR terms IS NULL THEN
                        RETURN;
                    END IF;

                    FOREACH part IN ARRAY terms LOOP
                        -- Names are known by their beginnings. Digits are a word, or a part of a phone number.
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

                    -- The planner knows from the text index whether to walk the names or to sort what the words find.
                    RETURN QUERY EXECUTE format(
                        $page$
                        SELECT f.id, f.sort_name::text FROM (
                            (SELECT p.id, p.sort_name FROM public.contacts p
                            WHERE public.search_contact(p.name, p.push_name, p.phone, p.fields) @@ %2$L::tsquery AND p.tenant_id = %1$L
                                AND p.merged_into IS NULL AND p.erased_at IS NULL AND (p.sort_name, p.id) > ($1, $2)
                            ORDER BY p.sort_name, p.id LIMIT $3)
                            UNION
                            (SELECT p.id, p.sort_name FROM public.contact_tags t JOIN public.contacts p ON p.tenant_id = %1$L AND p.id = t.contact_id
                            WHERE t.tenant_id = %1$L AND t.tag_id = ANY ($4)
                                AND p.merged_into IS NULL AND p.erased_at IS NULL AND (p.sort_name, p.id) > ($1, $2)
                            ORDER BY p.sort_name, p.id LIMIT $3)
                        ) f ORDER BY f.sort_name, f.id LIMIT $3
                        $page$,
                        tenant,
                        wanted
                    ) USING after_name, after_id, size, coalesce(tags, '{}');
                END
                $search$;

                REVOKE ALL ON FUNCTION search_contacts(text, text[], uuid[], text, uuid, int) FROM PUBLIC;

                -- Who opted out before there was a history: it begins with that.
                WITH said AS (
                    UPDATE contacts p SET consent = 'OptedOut', consent_since = s.since, consent_source = 'OptOutWord'
                    FROM (
                        SELECT i.tenant_id, i.contact_id, min(s.since) AS since
                        FROM suppressions s JOIN contact_identities i ON i.tenant_id = s.tenant_id AND i.kind = s.kind AND i.value = s.value GROUP BY 1, 2
                    ) s WHERE p.tenant_id = s.tenant_id AND p.id = s.contact_id
                    RETURNING p.tenant_id, p.id, p.consent_since
                )
                INSERT INTO consent_changes (tenant_id, contact_id, from_state, to_state, said_at, source, at)
                SELECT tenant_id, id, 'Unknown', 'OptedOut', consent_since, 'OptOutWord', consent_since FROM said;
                """
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP TRIGGER keep_sort_name ON contacts;
                DROP FUNCTION keep_contact_sort_name();
                DROP FUNCTION contact_sort_name(text, text, text);
                DROP FUNCTION search_contacts(text, text[], uuid[], text, uuid, int);
                DROP FUNCTION search_contact(text, text, text, jsonb);
                """
            );
            migrationBuilder.DropTable(
                name: "consent_changes");

            migrationBuilder.DropTable(
                name: "contact_fields");

            migrationBuilder.DropTable(
                name: "contact_tags");

            migrationBuilder.DropTable(
                name: "segments");

            migrationBuilder.DropTable(
                name: "tags");

            migrationBuilder.DropColumn(
                name: "consent",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "consent_basis",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "consent_since",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "consent_source",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "erased_at",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "fields",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "folded_fields",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "sort_name",
                table: "contacts");
        }
    }
}
