using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Attacks;

/// <summary>Every id of one company through everything that a member of another can make the program call: nothing is shown, nothing changes.</summary>
public sealed class ForeignIdTests : IAsyncLifetime
{
    private const string ForeignKey = PostgresErrorCodes.ForeignKeyViolation;
    private const string Privilege = PostgresErrorCodes.InsufficientPrivilege;

    private TestServices _services = null!;
    private SeededCompany _ours = null!;
    private SeededCompany _theirs = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync();
        _ours = await SeededCompany.CreateAsync(_services);
        _theirs = await SeededCompany.CreateAsync(_services);
    }

    [Fact]
    public async Task Company_that_is_attacked_has_something_in_every_table() => (await _theirs.EmptyTablesAsync()).ShouldBeEmpty();

    [Fact]
    public async Task No_call_shows_or_changes_anything_of_another_company()
    {
        var before = await _theirs.FingerprintAsync();
        var calls = 0;
        foreach (var method in CompanyDoors.All().Where(m => !CompanyDoors.Outside.ContainsKey(CompanyDoors.NameOf(m))))
        {
            foreach (var arguments in Attempts(method))
            {
                calls++;
                await TryAsync(method, arguments);
            }

            (await _theirs.FingerprintAsync()).ShouldBe(before, CompanyDoors.NameOf(method));
        }

        calls.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void What_is_called_without_a_company_still_exists() =>
        CompanyDoors.Outside.Keys.Except(CompanyDoors.All().Select(CompanyDoors.NameOf)).ShouldBeEmpty();

    [Fact]
    public async Task Member_of_one_company_enters_no_other()
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        var door = scope.ServiceProvider.GetRequiredService<TenantDoor>();

        (await door.EnterAsync(_theirs.Tenant.Slug, _ours.Tenant.OwnerId, Ct)).ShouldBeNull();
        scope.ServiceProvider.GetRequiredService<CurrentMember>().IsSet.ShouldBeFalse();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task TryAsync(MethodInfo method, object?[] arguments)
    {
        await using var scope = _services.Enter(_ours.Tenant);
        var target = scope.ServiceProvider.GetService(method.DeclaringType!);
        target.ShouldNotBeNull(
            $"{method.DeclaringType!.Name} takes ids, so it belongs where this test reaches it: Infrastructure, registered."
        );
        var what = $"{CompanyDoors.NameOf(method)}({string.Join(", ", arguments)})";
        try
        {
            var task = (Task)method.Invoke(target, arguments)!;
            await task;
            var result = task.GetType().GetProperty("Result")?.GetValue(task);
            result.ShouldNotBe(true, what);
            var shown = JsonSerializer.Serialize(result);
            _theirs.Traces.Where(t => shown.Contains(t, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty(what);
        }
        catch (Exception e) when (e is RuleException || (e.InnerException ?? e) is PostgresException { SqlState: ForeignKey or Privilege })
        {
            // Refused, in words a person understands or by the database's walls.
        }
        catch (Exception e) when (e is not ShouldAssertException)
        {
            throw new InvalidOperationException($"{what}: neither an answer nor a refusal", e);
        }
    }

    /// <summary>Every id that the method takes is theirs at least once; whatever else it takes is ours.</summary>
    private IEnumerable<object?[]> Attempts(MethodInfo method)
    {
        var parameters = method.GetParameters();
        var ids = Enumerable
            .Range(0, parameters.Length)
            .Where(i => CompanyDoors.TakesIds(parameters[i].ParameterType) && !CompanyDoors.IsAsker(parameters[i]))
            .ToArray();
        if (ids.Length == 0)
        {
            return method.DeclaringType!.Name.EndsWith("Queries", StringComparison.Ordinal) || parameters.Any(CompanyDoors.IsAsker)
                ?
                [
                    [.. parameters.Select(p => Value(p.ParameterType, p.Name!, _ours, 0))],
                ]
                : [];
        }

        return from theirs in Enumerable.Range(1, (1 << ids.Length) - 1)
            from sample in Enumerable.Range(0, parameters.Max(p => Samples(p.ParameterType)))
            select parameters
                .Select(
                    (p, i) =>
                        Value(
                            p.ParameterType,
                            p.Name!,
                            Array.IndexOf(ids, i) is >= 0 and var bit && (theirs & (1 << bit)) != 0 ? _theirs : _ours,
                            sample
                        )
                )
                .ToArray();
    }

    private int Samples(Type type) => Math.Max(1, _theirs.Of(CompanyDoors.Plain(type)).Count);

    private static object? Value(Type type, string name, SeededCompany of, int sample)
    {
        var plain = CompanyDoors.Plain(type);
        if (type != plain && Nullable.GetUnderlyingType(type) is null)
        {
            var one = CompanyDoors.TakesIds(plain) ? new[] { Value(plain, name, of, sample) } : [];
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
            _ when plain == typeof(string) => "x",
            _ when plain == typeof(int) => 50,
            _ when plain == typeof(bool) => true,
            _ when plain == typeof(CancellationToken) => Ct,
            _ when plain == typeof(Stream) => new MemoryStream("x"u8.ToArray()),
            _ when plain == typeof(Uri) => new Uri("http://127.0.0.1:9"),
            _ when plain.IsEnum => Enum.GetValues(plain).GetValue(0),
            _ when CompanyDoors.TakesIds(plain) && !CompanyDoors.IsRecord(plain) => throw new InvalidOperationException(
                $"Say in {nameof(SeededCompany)} which {plain.Name} a company has."
            ),
            _ when CompanyDoors.IsRecord(plain) => Activator.CreateInstance(
                plain,
                [.. CompanyDoors.Parameters(plain).Select(p => Value(p.ParameterType, p.Name!, of, sample))]
            ),
            _ when plain.IsValueType => Activator.CreateInstance(plain),
            _ => null,
        };
    }
}
