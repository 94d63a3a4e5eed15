using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class RemovedGatewayServers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_gateway_servers_tenant_id_name",
                table: "gateway_servers");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "removed_at",
                table: "gateway_servers",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_gateway_servers_tenant_id_name",
                table: "gateway_servers",
                columns: new[] { "tenant_id", "name" },
                unique: true,
                filter: "removed_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_gateway_servers_tenant_id_name",
                table: "gateway_servers");

            migrationBuilder.DropColumn(
                name: "removed_at",
                table: "gateway_servers");

            migrationBuilder.CreateIndex(
                name: "ix_gateway_servers_tenant_id_name",
                table: "gateway_servers",
                columns: new[] { "tenant_id", "name" },
                unique: true);
        }
    }
}
