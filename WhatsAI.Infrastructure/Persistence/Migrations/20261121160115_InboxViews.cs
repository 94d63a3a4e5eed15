using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class InboxViews : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "inbox_views",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    owner_id = table.Column<Guid>(type: "uuid", nullable: true),
                    name = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    folded_name = table.Column<string>(type: "character varying(720)", maxLength: 720, nullable: false),
                    query = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inbox_views", x => x.id);
                    table.UniqueConstraint("ak_inbox_views_tenant_id_id", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "fk_inbox_views_memberships_tenant_id_owner_id",
                        columns: x => new { x.tenant_id, x.owner_id },
                        principalTable: "memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_inbox_views_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "default_views",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    view_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_default_views", x => new { x.tenant_id, x.user_id });
                    table.ForeignKey(
                        name: "fk_default_views_inbox_views_tenant_id_view_id",
                        columns: x => new { x.tenant_id, x.view_id },
                        principalTable: "inbox_views",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_default_views_memberships_tenant_id_user_id",
                        columns: x => new { x.tenant_id, x.user_id },
                        principalTable: "memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_default_views_tenant_id_view_id",
                table: "default_views",
                columns: new[] { "tenant_id", "view_id" });

            migrationBuilder.CreateIndex(
                name: "ix_inbox_views_tenant_id_owner_id_folded_name",
                table: "inbox_views",
                columns: new[] { "tenant_id", "owner_id", "folded_name" },
                unique: true)
                .Annotation("Npgsql:NullsDistinct", false);
            TenantWall.Enable(migrationBuilder, "inbox_views", "default_views");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "default_views");

            migrationBuilder.DropTable(
                name: "inbox_views");
        }
    }
}
