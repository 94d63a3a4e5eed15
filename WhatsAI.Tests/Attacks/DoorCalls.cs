using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Attacks;

/// <summary>A member of one company calls what <see cref="CompanyDoors"/> found. Whatever is given back must hold nothing of the other company.</summary>
internal sealed class DoorCalls(TestServices services, SeededCompany ours, SeededCompany theirs)
{
    private const string ForeignKey = PostgresErrorCodes.ForeignKeyViolation;
    private const string Privilege = PostgresErrorCodes.InsufficientPrivilege;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public int Count { get; private set; }

    /// <summary>With something of the other company in it.</summary>
    public Task TryAsync(MethodInfo method, object?[] arguments) =>
        CallAsync(
            method,
            arguments,
            result => result.ShouldNotBe(true),
            e => (e.InnerException ?? e) is PostgresException { SqlState: ForeignKey or Privilege }
        );

    /// <summary>With ids of the caller's own company and this word wherever it takes one.</summary>
    public Task SayAsync(MethodInfo method, string word) =>
        CallAsync(
            method,
            [.. method.GetParameters().Select(p => Value(p.ParameterType, p.Name!, ours, 0, word))],
            _ => { },
            e => e is IdentityException || UnstorableText.Is(e)
        );

    private async Task CallAsync(MethodInfo method, object?[] arguments, Action<object?> look, Func<Exception, bool> isRefusal)
    {
        Count++;
        await using var scope = services.Enter(ours.Tenant);
        var target = scope.ServiceProvider.GetService(method.DeclaringType!);
        target.ShouldNotBeNull(
            $"{method.DeclaringType!.Name} takes ids or words, so it belongs where this test reaches it: Infrastructure, registered."
        );
        var what = $"{CompanyDoors.NameOf(method)}({string.Join(", ", arguments)})";
        try
        {
            var task = (Task)method.Invoke(target, arguments)!;
            await task;
            var result = task.GetType().GetProperty("Result")?.GetValue(task);
            look(result);
            var shown = JsonSerializer.Serialize(result);
            theirs.Traces.Where(t => shown.Contains(t, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty(what);
        }
        catch (Exception e) when (e is RuleException || isRefusal(e))
        {
            // Refused, in words a person understands or by the database's walls.
        }
        catch (Exception e) when (e is not ShouldAssertException)
        {
            throw new InvalidOperationException($"{what}: neither an answer nor a refusal", e);
        }
    }

    public static object? Value(Type type, string name, SeededCompany of, int sample, string word = "x")
    {
        if (type == typeof(IReadOnlyDictionary<string, string>))
        {
            return new Dictionary<string, string>(StringComparer.Ordinal) { ["cupom"] = word };
        }

        var plain = CompanyDoors.Plain(type);
        if (type != plain && Nullable.GetUnderlyingType(type) is null)
        {
            var one = plain == typeof(string) || CompanyDoors.TakesIds(plain) ? new[] { Value(plain, name, of, sample, word) } : [];
            var many = Array.CreateInstance(plain, one.Length);
            one.CopyTo(many, 0);
            return many;
        }

        if (of.Of(plain) is { Count: > 0 } ids)
        {
            return ids[sample % ids.Count];
        }

        return plain switch
        {
            _ when plain == typeof(string) => name == nameof(ScheduledWords.Zone) && word == "x" ? "Etc/UTC" : word,
            _ when plain == typeof(DateTimeOffset) => DateTimeOffset.UtcNow.AddHours(6),
            _ when plain == typeof(DateTime) => DateTime.UtcNow.AddHours(6),
            _ when plain == typeof(int) => 50,
            _ when plain == typeof(bool) => true,
            _ when plain == typeof(CancellationToken) => Ct,
            _ when plain == typeof(Stream) => new MemoryStream("x"u8.ToArray()),
            _ when plain == typeof(BusinessHours) => BusinessHours.Always,
            _ when plain == typeof(Uri) => new Uri("http://127.0.0.1:9"),
            _ when plain.IsEnum => Enum.GetValues(plain).GetValue(0),
            _ when CompanyDoors.TakesIds(plain) && !CompanyDoors.IsRecord(plain) => throw new InvalidOperationException(
                $"Say in {nameof(SeededCompany)} which {plain.Name} a company has."
            ),
            _ when CompanyDoors.IsRecord(plain) => Activator.CreateInstance(
                plain,
                [.. CompanyDoors.Parameters(plain).Select(p => Value(p.ParameterType, p.Name!, of, sample, word))]
            ),
            // A policy, as it is without a word of anybody.
            _ when CompanyDoors.IsPlain(plain) => Activator.CreateInstance(plain),
            _ when plain.IsValueType => Activator.CreateInstance(plain),
            _ => null,
        };
    }
}
