using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <summary>
    /// One text index of contacts instead of two: what finds people by name and number looks in the one that knows their fields too, and asks each again. An import
    /// spent most of its time on keeping both. Outside a transaction; every step may be done again.
    /// </summary>
    [DbContext(typeof(ConsoleDb))]
    [Migration("20261122043000_OneContactIndex")]
    public partial class OneContactIndex : Migration
    {
        private const string Asked = "public.search_person(p.name, p.push_name, p.phone) @@ ";
        private const string Indexed = "public.search_contact(p.name, p.push_name, p.phone, p.fields) @@ ";

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // The same words as before, so no index changes: the eight digits are made once of a number and not four times.
            migrationBuilder.Sql(
                """
                CREATE OR REPLACE FUNCTION search_person(name text, push_name text, phone text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
                RETURN to_tsvector('pg_catalog.simple', search_fold(coalesce(name, '') || ' ' || coalesce(push_name, '')))
                    || CASE WHEN phone IS NULL THEN ''::tsvector ELSE (
                        SELECT array_to_tsvector(array_agg('#' || substr(p, n)))
                        FROM (VALUES (phone, 12), (search_eight(phone), 5)) AS s (p, most), generate_series(2, most) AS n
                    ) END;
                """,
                suppressTransaction: true
            );
            Replace(
                migrationBuilder,
                ("SELECT FROM public.contacts p WHERE " + Asked, "SELECT FROM public.contacts p WHERE " + Indexed),
                (
                    Asked + "%2$L::tsquery AND p.tenant_id",
                    Indexed + "%2$L::tsquery AND " + Asked + "%2$L::tsquery AND p.tenant_id"
                )
            );
            migrationBuilder.Sql("DROP INDEX IF EXISTS ix_contacts_search", suppressTransaction: true);
            // As large as the server's own: what waits to be put in order is read by every search, and sorting it often cost half of an import.
            migrationBuilder.Sql("ALTER INDEX ix_contacts_text SET (gin_pending_list_limit = 4096)", suppressTransaction: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("ALTER INDEX ix_contacts_text SET (gin_pending_list_limit = 1024)");
            migrationBuilder.Sql("CREATE INDEX ix_contacts_search ON contacts USING gin (search_person(name, push_name, phone))");
            Replace(
                migrationBuilder,
                (
                    Indexed + "%2$L::tsquery AND " + Asked + "%2$L::tsquery AND p.tenant_id",
                    Asked + "%2$L::tsquery AND p.tenant_id"
                ),
                ("SELECT FROM public.contacts p WHERE " + Indexed, "SELECT FROM public.contacts p WHERE " + Asked)
            );
        }

        /// <summary>In the text of search_people, which stays as long as it is.</summary>
        private static void Replace(MigrationBuilder migrationBuilder, (string From, string To) first, (string From, string To) second) =>
            migrationBuilder.Sql(
                $"""
                DO $replace$ BEGIN
                    EXECUTE replace(replace(
                        pg_get_functiondef('search_people(text, text[], uuid[], uuid, uuid, uuid, int)'::regprocedure),
                        '{first.From}', '{first.To}'), '{second.From}', '{second.To}');
                END $replace$;
                """,
                suppressTransaction: true
            );
    }
}
