using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class CampaignLists : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // A campaign's recipients as they went out, the last first, and what went out in its last minutes.
            migrationBuilder.Sql(
                """
                CREATE INDEX ix_campaign_recipients_sent ON campaign_recipients
                    (tenant_id, campaign_id, (coalesce(sent_at, '-infinity'::timestamptz)) DESC, contact_id DESC)
                """
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP INDEX ix_campaign_recipients_sent");
        }
    }
}
