using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <summary>Made beside the work, so outside a transaction; every step may be done again.</summary>
    public partial class ContactIndexes : Migration
    {
        private static readonly (string Name, string On)[] Indexes =
        [
            ("ix_contacts_list", "contacts (tenant_id, sort_name, id) WHERE merged_into IS NULL AND erased_at IS NULL"),
            ("ix_contacts_consent", "contacts (tenant_id, consent, sort_name, id) WHERE merged_into IS NULL AND erased_at IS NULL AND consent <> 'Unknown'"),
            ("ix_contacts_text", "contacts USING gin (search_contact(name, push_name, phone, fields)) WITH (gin_pending_list_limit = 1024)"),
        ];

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // A few at a time, so that nobody who writes waits long. The trigger fills in what is asked for.
            migrationBuilder.Sql(
                """
                DO $fill$
                DECLARE
                    last uuid := '00000000-0000-0000-0000-000000000000';
                    upto uuid;
                BEGIN
                    LOOP
                        SELECT (array_agg(id ORDER BY id DESC))[1] INTO upto FROM (SELECT id FROM contacts WHERE id > last ORDER BY id LIMIT 5000) few;
                        EXIT WHEN upto IS NULL;
                        UPDATE contacts SET sort_name = '' WHERE id > last AND id <= upto
                            AND sort_name <> contact_sort_name(name, push_name, phone);
                        COMMIT;
                        last := upto;
                    END LOOP;
                END
                $fill$;
                """,
                suppressTransaction: true
            );
            foreach (var (name, on) in Indexes)
            {
                migrationBuilder.Sql($"DROP INDEX IF EXISTS {name}", suppressTransaction: true);
                migrationBuilder.Sql($"CREATE INDEX CONCURRENTLY {name} ON {on}", suppressTransaction: true);
            }

            // Which words are frequent decides how they are looked for.
            migrationBuilder.Sql("ANALYZE contacts", suppressTransaction: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var (name, _) in Indexes)
            {
                migrationBuilder.Sql($"DROP INDEX {name}");
            }
        }
    }
}
