using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class PoolWork : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "pace_days",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    instance_id = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    sent = table.Column<int>(type: "integer", nullable: false),
                    strangers = table.Column<int>(type: "integer", nullable: false),
                    cap = table.Column<int>(type: "integer", nullable: true),
                    ramp = table.Column<int>(type: "integer", nullable: true),
                    outgoing = table.Column<int>(type: "integer", nullable: false),
                    received = table.Column<int>(type: "integer", nullable: false),
                    failed = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pace_days", x => new { x.tenant_id, x.instance_id, x.day });
                    table.ForeignKey(
                        name: "fk_pace_days_instances_tenant_id_instance_id",
                        columns: x => new { x.tenant_id, x.instance_id },
                        principalTable: "instances",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "pool_work",
                columns: table => new
                {
                    kind = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    pool_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pool_work", x => new { x.kind, x.pool_id });
                    table.ForeignKey(
                        name: "fk_pool_work_pools_tenant_id_pool_id",
                        columns: x => new { x.tenant_id, x.pool_id },
                        principalTable: "pools",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_pool_work_kind_due_at",
                table: "pool_work",
                columns: new[] { "kind", "due_at" });

            migrationBuilder.CreateIndex(
                name: "ix_pool_work_tenant_id_pool_id",
                table: "pool_work",
                columns: new[] { "tenant_id", "pool_id" });
            TenantWall.Enable(migrationBuilder, "pace_days");
            // Whoever makes a pool, by whatever way, cannot forget that it is to be looked at.
            migrationBuilder.Sql(
                """
                CREATE FUNCTION add_pool_work() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO pool_work (kind, pool_id, tenant_id, due_at)
                    SELECT kind, NEW.id, NEW.tenant_id, now() FROM unnest(ARRAY['Supervision', 'Rotation', 'WarmUp', 'Daily']) AS kind;
                    RETURN NULL;
                END $$;
                CREATE TRIGGER add_pool_work AFTER INSERT ON pools FOR EACH ROW EXECUTE FUNCTION add_pool_work();
                INSERT INTO pool_work (kind, pool_id, tenant_id, due_at)
                SELECT kind, p.id, p.tenant_id, now() FROM pools p, unnest(ARRAY['Supervision', 'Rotation', 'WarmUp', 'Daily']) AS kind;
                """
            );
            // The first send of a day overwrites the counts of the one before: they are put by in the same transaction.
            migrationBuilder.Sql(
                """
                CREATE FUNCTION keep_pace_day() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO pace_days (tenant_id, instance_id, day, sent, strangers, outgoing, received, failed)
                    VALUES (OLD.tenant_id, OLD.instance_id, OLD.day, OLD.sent_today, OLD.strangers_today, 0, 0, 0)
                    ON CONFLICT (tenant_id, instance_id, day) DO UPDATE SET sent = excluded.sent, strangers = excluded.strangers;
                    RETURN NULL;
                END $$;
                CREATE TRIGGER keep_pace_day AFTER UPDATE ON pace_states FOR EACH ROW
                WHEN (NEW.day > OLD.day AND OLD.day > '-infinity') EXECUTE FUNCTION keep_pace_day();
                """
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP TRIGGER keep_pace_day ON pace_states;
                DROP FUNCTION keep_pace_day();
                DROP TRIGGER add_pool_work ON pools;
                DROP FUNCTION add_pool_work();
                """
            );
            migrationBuilder.DropTable(
                name: "pace_days");

            migrationBuilder.DropTable(
                name: "pool_work");
        }
    }
}
