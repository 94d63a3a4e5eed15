using WhatsAI.Core.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>Messages fall due on two copies, of which one is killed in the middle: the sandbox's own log says that each went out once.</summary>
[Collection("processes")]
public sealed class ScheduledKillTests(ITestOutputHelper output)
{
    private const int Customers = 10;
    private const int Each = 8;

    [Fact]
    public async Task Scheduled_messages_go_out_once_whichever_copy_is_killed_while_they_fall_due()
    {
        var random = Rounds.Seeded(output);
        await using var copies = await TwoCopies.StartAsync(("Later:EverySeconds", "1"));
        var world = copies.World;
        for (var i = 0; i < 2; i++)
        {
            await copies.AddNumberAsync(copies.Door.Address, Customers, slowMs: 10);
        }

        var author = await AuthorAsync(world);
        var words = new List<string>();
        for (var round = 1; round <= Rounds.Count; round++)
        {
            words.AddRange(await ScheduleAsync(copies, author, round));
            // From when the first has left to when most have.
            var some = (Customers * 2 * Each) - random.Next(1, Customers * Each);
            await Wait.UntilAsync(async () => await LeftAsync(world) <= some, "some have left", 60);
            var victim = copies.Copies[random.Next(2)];
            var left = await LeftAsync(world);
            await victim.KillHardAsync();
            await Wait.UntilAsync(async () => await LeftAsync(world) == 0, "all that was scheduled left", 90);
            output.WriteLine($"round {round}: {left} of {Customers * 2 * Each} still waited when a copy was killed");
            await victim.StartAgainAsync();
        }

        var judge = new Judge(world, copies.Sandbox);
        await judge.RestAsync(120);
        var doubtful = await judge.RepliesAsync(words, Rounds.Count * world.Numbers.Count);
        await judge.CountersAsync();
        output.WriteLine($"{words.Count} scheduled, {doubtful} in doubt");
    }

    private static Task<long> LeftAsync(CrashWorld world) =>
        world.ScalarAsync<long>("SELECT count(*) FROM scheduled_messages WHERE tenant_id = $1");

    private static async Task<UserId> AuthorAsync(CrashWorld world)
    {
        var user = Guid.NewGuid();
        await world.RunAsync(
            """
            WITH u AS (
                INSERT INTO users (id, display_name, language, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, created_at)
                VALUES ($2, 'Ana', 'pt-BR', true, false, false, true, 0, now()) RETURNING 1
            )
            INSERT INTO memberships (tenant_id, user_id, role, created_at, sees_all_numbers) SELECT $1, $2, 'Agent', now(), true FROM u
            """,
            user
        );
        return new UserId(user);
    }

    /// <summary>Some into each conversation, due within the next seconds.</summary>
    private static async Task<List<string>> ScheduleAsync(TwoCopies copies, UserId author, int round)
    {
        var words = new List<string>();
        foreach (var number in copies.World.Numbers)
        {
            foreach (var conversation in await copies.World.ConversationsAsync(number, Customers))
            {
                var texts = Enumerable.Range(0, Each).Select(i => $"agendada {round}-{i}-{conversation}").ToArray();
                words.AddRange(texts);
                await copies.World.RunAsync(
                    """
                    WITH made AS (
                        INSERT INTO scheduled_messages
                            (id, tenant_id, conversation_id, instance_id, author_id, text, due_at, zone, cancels_on_reply, state, created_at)
                        SELECT gen_random_uuid(), $1, $2, $3, $4, text, now() + interval '2 seconds' + random() * interval '2 seconds', 'America/Sao_Paulo', false,
                            'Scheduled', now() FROM unnest($5) AS text
                    )
                    UPDATE work_list SET due_at = least(due_at, now() + interval '2 seconds') WHERE kind = 'Later' AND instance_id = $3
                    """,
                    conversation.Value,
                    number.Id.Value,
                    author.Value,
                    texts
                );
            }
        }

        return words;
    }
}
