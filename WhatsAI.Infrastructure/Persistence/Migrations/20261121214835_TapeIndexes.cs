using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <summary>
    /// A window of a number's black box. Messages lie in the order they came in, so a summary of each stretch of the table finds a window of hours and costs a new
    /// message nothing. Made beside the work, so outside a transaction; every step may be done again.
    /// </summary>
    public partial class TapeIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP INDEX IF EXISTS ix_messages_when", suppressTransaction: true);
            migrationBuilder.Sql(
                "CREATE INDEX CONCURRENTLY ix_messages_when ON messages USING brin (sent_at) WITH (pages_per_range = 32, autosummarize = on)",
                suppressTransaction: true);
            migrationBuilder.Sql("DROP INDEX IF EXISTS ix_connection_log_when", suppressTransaction: true);
            migrationBuilder.Sql(
                "CREATE INDEX CONCURRENTLY ix_connection_log_when ON connection_log (tenant_id, instance_id, at, id)",
                suppressTransaction: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP INDEX ix_messages_when");
            migrationBuilder.Sql("DROP INDEX ix_connection_log_when");
        }
    }
}
