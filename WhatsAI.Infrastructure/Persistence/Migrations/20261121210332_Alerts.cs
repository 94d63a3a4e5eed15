using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Alerts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "alert_channels",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    target = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    encrypted_secret = table.Column<string>(type: "text", nullable: true),
                    lowest = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    kinds = table.Column<string[]>(type: "text[]", nullable: false),
                    is_enabled = table.Column<bool>(type: "boolean", nullable: false),
                    last_failure = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    last_failure_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_delivered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    revision = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_alert_channels", x => x.id);
                    table.UniqueConstraint("ak_alert_channels_tenant_id_id", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "fk_alert_channels_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "alert_work",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_alert_work", x => x.tenant_id);
                    table.ForeignKey(
                        name: "fk_alert_work_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "alerts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    subject = table.Column<Guid>(type: "uuid", nullable: false),
                    level = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    instance_id = table.Column<Guid>(type: "uuid", nullable: true),
                    other_id = table.Column<Guid>(type: "uuid", nullable: true),
                    pool_id = table.Column<Guid>(type: "uuid", nullable: true),
                    gateway_server_id = table.Column<Guid>(type: "uuid", nullable: true),
                    cause_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    cause = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    done = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    said_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    said_on = table.Column<DateOnly>(type: "date", nullable: true),
                    said_count = table.Column<int>(type: "integer", nullable: true),
                    said_of = table.Column<int>(type: "integer", nullable: true),
                    raised_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    gone_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    cleared_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    acknowledged_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    acknowledged_by = table.Column<Guid>(type: "uuid", nullable: true),
                    acknowledged_by_name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_alerts", x => x.id);
                    table.UniqueConstraint("ak_alerts_tenant_id_id", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "fk_alerts_gateway_servers_tenant_id_gateway_server_id",
                        columns: x => new { x.tenant_id, x.gateway_server_id },
                        principalTable: "gateway_servers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_alerts_instances_tenant_id_instance_id",
                        columns: x => new { x.tenant_id, x.instance_id },
                        principalTable: "instances",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_alerts_pools_tenant_id_pool_id",
                        columns: x => new { x.tenant_id, x.pool_id },
                        principalTable: "pools",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "status_keys",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    prefix = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    key_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    created_by_name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_status_keys", x => x.tenant_id);
                    table.ForeignKey(
                        name: "fk_status_keys_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "alert_deliveries",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    alert_id = table.Column<Guid>(type: "uuid", nullable: false),
                    channel_id = table.Column<Guid>(type: "uuid", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    is_doubtful = table.Column<bool>(type: "boolean", nullable: false),
                    delivered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    given_up_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    failure = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_alert_deliveries", x => x.id);
                    table.ForeignKey(
                        name: "fk_alert_deliveries_alert_channels_tenant_id_channel_id",
                        columns: x => new { x.tenant_id, x.channel_id },
                        principalTable: "alert_channels",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_alert_deliveries_alerts_tenant_id_alert_id",
                        columns: x => new { x.tenant_id, x.alert_id },
                        principalTable: "alerts",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_alert_channels_tenant_id_name",
                table: "alert_channels",
                columns: new[] { "tenant_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_alert_deliveries_due",
                table: "alert_deliveries",
                columns: new[] { "tenant_id", "due_at" },
                filter: "delivered_at IS NULL AND given_up_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_alert_deliveries_tenant_id_alert_id_channel_id",
                table: "alert_deliveries",
                columns: new[] { "tenant_id", "alert_id", "channel_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_alert_deliveries_tenant_id_channel_id",
                table: "alert_deliveries",
                columns: new[] { "tenant_id", "channel_id" });

            migrationBuilder.CreateIndex(
                name: "ix_alert_work_due_at",
                table: "alert_work",
                column: "due_at");

            migrationBuilder.CreateIndex(
                name: "ix_alerts_history",
                table: "alerts",
                columns: new[] { "tenant_id", "cleared_at", "id" },
                descending: new[] { false, true, true },
                filter: "cleared_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_alerts_open",
                table: "alerts",
                columns: new[] { "tenant_id", "kind", "subject" },
                unique: true,
                filter: "cleared_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_alerts_tenant_id_gateway_server_id",
                table: "alerts",
                columns: new[] { "tenant_id", "gateway_server_id" });

            migrationBuilder.CreateIndex(
                name: "ix_alerts_tenant_id_instance_id",
                table: "alerts",
                columns: new[] { "tenant_id", "instance_id" });

            migrationBuilder.CreateIndex(
                name: "ix_alerts_tenant_id_pool_id",
                table: "alerts",
                columns: new[] { "tenant_id", "pool_id" });

            migrationBuilder.CreateIndex(
                name: "ix_status_keys_prefix",
                table: "status_keys",
                column: "prefix",
                unique: true);
            TenantWall.Enable(migrationBuilder, "alert_channels", "alerts", "alert_deliveries");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "alert_deliveries");

            migrationBuilder.DropTable(
                name: "alert_work");

            migrationBuilder.DropTable(
                name: "status_keys");

            migrationBuilder.DropTable(
                name: "alert_channels");

            migrationBuilder.DropTable(
                name: "alerts");
        }
    }
}
