using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class MessageTemplates : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "message_templates",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    folded_name = table.Column<string>(type: "character varying(1080)", maxLength: 1080, nullable: false),
                    variants = table.Column<string>(type: "jsonb", nullable: false),
                    media_id = table.Column<Guid>(type: "uuid", nullable: true),
                    file = table.Column<string>(type: "jsonb", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_message_templates", x => x.id);
                    table.UniqueConstraint("ak_message_templates_tenant_id_id", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "fk_message_templates_media_files_tenant_id_media_id",
                        columns: x => new { x.tenant_id, x.media_id },
                        principalTable: "media_files",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_message_templates_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_message_templates_tenant_id_folded_name",
                table: "message_templates",
                columns: new[] { "tenant_id", "folded_name" },
                unique: true,
                filter: "archived_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_message_templates_tenant_id_media_id",
                table: "message_templates",
                columns: new[] { "tenant_id", "media_id" },
                filter: "media_id IS NOT NULL");
            TenantWall.Enable(migrationBuilder, "message_templates");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "message_templates");
        }
    }
}
