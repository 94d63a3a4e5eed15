using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Standbys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "server_id",
                table: "webhook_routes",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "standbys",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    instance_id = table.Column<Guid>(type: "uuid", nullable: false),
                    server_id = table.Column<Guid>(type: "uuid", nullable: false),
                    after_probes = table.Column<int>(type: "integer", nullable: true),
                    failed_probes = table.Column<int>(type: "integer", nullable: false),
                    failed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_away = table.Column<bool>(type: "boolean", nullable: false),
                    moved_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    moved_by_itself = table.Column<bool>(type: "boolean", nullable: false),
                    has_old_session = table.Column<bool>(type: "boolean", nullable: false),
                    chosen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_standbys", x => new { x.tenant_id, x.instance_id });
                    table.ForeignKey(
                        name: "fk_standbys_gateway_servers_tenant_id_server_id",
                        columns: x => new { x.tenant_id, x.server_id },
                        principalTable: "gateway_servers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_standbys_instances_tenant_id_instance_id",
                        columns: x => new { x.tenant_id, x.instance_id },
                        principalTable: "instances",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_standbys_tenant_id_server_id",
                table: "standbys",
                columns: new[] { "tenant_id", "server_id" });
            TenantWall.Enable(migrationBuilder, "standbys");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "standbys");

            migrationBuilder.DropColumn(
                name: "server_id",
                table: "webhook_routes");
        }
    }
}
