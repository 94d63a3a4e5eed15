using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class NotifyingSettings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "notifying_settings",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    shows = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    sounds = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    shows_text = table.Column<bool>(type: "boolean", nullable: false),
                    quiet = table.Column<string>(type: "jsonb", nullable: true),
                    mentions_pass = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notifying_settings", x => new { x.tenant_id, x.user_id });
                    table.ForeignKey(
                        name: "fk_notifying_settings_memberships_tenant_id_user_id",
                        columns: x => new { x.tenant_id, x.user_id },
                        principalTable: "memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Cascade);
                });
            TenantWall.Enable(migrationBuilder, "notifying_settings");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "notifying_settings");
        }
    }
}
