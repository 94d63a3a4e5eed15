using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class CampaignNames : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "folded_name",
                table: "campaigns",
                type: "character varying(1440)",
                maxLength: 1440,
                nullable: false,
                defaultValue: "");
            // As OneLine.Fold does, but for accents; a name is folded whole when it is given anew.
            migrationBuilder.Sql("UPDATE campaigns SET folded_name = replace(lower(name), ' ', '');");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "folded_name",
                table: "campaigns");
        }
    }
}
