using System.Text;
using WhatsAI.Infrastructure.Messaging.Inbound;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging;

public sealed class OptOutTests
{
    private const string First = "5511977770001@s.whatsapp.net";
    private const string Second = "5511977770002@s.whatsapp.net";

    [Fact]
    public async Task Opt_outs_of_one_batch_lock_in_one_order_whatever_order_they_came_in()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.DeliverAsync(Hook.Text("oi", Hook.NewId(), First, null), Hook.Text("oi", Hook.NewId(), Second, null));
        await world.JournalAsync([
            .. new[] { Second, First }.Select(from => Encoding.UTF8.GetBytes(Hook.Text("sair", Hook.NewId(), from, null).ToJsonString())),
        ]);
        var runs = 0;
        var counting = new Step(() => runs++);
        await using var other = await world.Owner.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);

        // Another number's batch holds the first and wants the second: whoever took the second before the first would wait in a circle with it.
        await SuppressAsync("+5511977770001");
        var batch = world.ProcessAsync(world.NewBatches(counting));
        await Wait.UntilAsync(IsWaitingAsync, "the batch waits for the first suppression");
        await SuppressAsync("+5511977770002");
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        await batch;

        runs.ShouldBe(1);
        (await world.CountAsync("suppressions")).ShouldBe(2);

        async Task SuppressAsync(string phone)
        {
            await using var command = new Npgsql.NpgsqlCommand(
                "INSERT INTO suppressions (tenant_id, kind, value, reason, since) VALUES ($1, 'Phone', $2, 'opt-out', now())",
                other,
                transaction
            );
            command.Parameters.Add(new() { Value = world.Tenant.Value });
            command.Parameters.Add(new() { Value = phone });
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        async Task<bool> IsWaitingAsync() =>
            await world.OneAsync<object>(
                "SELECT count(*) FROM pg_stat_activity WHERE pg_blocking_pids(pid) @> ARRAY[$2] AND $1 IS NOT NULL",
                other.ProcessID
            )
                is > 0L;
    }

    [Fact]
    public async Task An_opt_out_that_is_processed_after_its_number_was_deleted_counts_and_is_not_answered()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.JournalAsync(Encoding.UTF8.GetBytes(Hook.Text("sair", Hook.NewId(), First, null).ToJsonString()));
        await world.RunAsync("UPDATE instances SET deleted_at = now() WHERE tenant_id = $1");
        await world.RunAsync("DELETE FROM work_list WHERE tenant_id = $1 AND kind <> 'Inbound'");

        await world.ProcessAsync();

        (await world.CountAsync("suppressions")).ShouldBe(1);
        (await world.OneAsync<object>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND direction = 'Out'")).ShouldBe(0L);
        (await world.CountAsync("messages")).ShouldBe(1);
        (await world.OneAsync<object>("SELECT count(*) FROM journal WHERE tenant_id = $1 AND problem IS NOT NULL")).ShouldBe(0L);
    }

    private sealed class Step(Action apply) : IInboundStep
    {
        public Task ApplyAsync(InboundContext context, CancellationToken cancellation)
        {
            apply();
            return Task.CompletedTask;
        }
    }
}
